"""Writing gold labels: TREC and BEIR hold the grades, JSON Lines also who gave them, when and why."""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TextIO, get_args

from evalhub.core.trec import format_qrels_line

GoldFormat = Literal["trec", "beir", "jsonl"]
GOLD_FORMATS: tuple[GoldFormat, ...] = get_args(GoldFormat)
SUFFIXES: dict[GoldFormat, str] = {"trec": "txt", "beir": "tsv", "jsonl": "jsonl"}


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A gold label; None where nobody knows."""

    query_id: str
    doc_id: str
    grade: int
    reviewer: str | None
    graded_at: datetime | None
    selection: str | None
    inclusion_probability: float | None


@dataclass(frozen=True, slots=True)
class PersonRow(GoldRow):
    """What a person said; `gold_grade` is the pair's label, None where it has none."""

    comment: str
    gold_grade: int | None


def write_gold(rows: Iterable[GoldRow], out: TextIO, file_format: GoldFormat) -> None:
    """Write rows as a file that an import takes.

    Raises:
        TrecLineError: TREC, and an id holds a blank.
    """
    if file_format == "trec":
        for row in rows:
            out.write(format_qrels_line(row.query_id, row.doc_id, row.grade) + "\n")
    elif file_format == "jsonl":
        for row in rows:
            out.write(json.dumps(_json(row), ensure_ascii=False) + "\n")
    else:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(("query-id", "corpus-id", "score"))
        writer.writerows((row.query_id, row.doc_id, row.grade) for row in rows)


def _json(row: GoldRow) -> dict[str, Any]:
    return {**asdict(row), "graded_at": row.graded_at.isoformat() if row.graded_at else None}
