"""Writing runs, qrels and judgments as TREC files, JSONL or CSV."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Literal, Protocol, TextIO

from evalhub.core.trec import format_qrels_line, format_run_line

ExportFormat = Literal["trec", "jsonl", "csv"]
Cell = str | int | float | None

# A spreadsheet would run such a cell as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class HitLike(Protocol):
    """A hit to write."""

    @property
    def query_id(self) -> str: ...
    @property
    def doc_id(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def score(self) -> float | None: ...


class GradeLike(Protocol):
    """A graded pair to write."""

    @property
    def query_id(self) -> str: ...
    @property
    def doc_id(self) -> str: ...
    @property
    def grade(self) -> int: ...


@dataclass(frozen=True, slots=True)
class JudgmentRow:
    """A rater's word on a pair: a grade, or the reason why there is none.

    Attributes:
        member_of: the panels, separated by commas, that a rater sits on.
    """

    query_id: str
    doc_id: str
    rater: str
    grade: int | None
    expected_grade: float | None
    reason: str
    rationale: str
    member_of: str = ""


def write_run(
    hits: Iterable[HitLike], out: TextIO, file_format: ExportFormat, *, tag: str = "evalhub"
) -> None:
    """Write hits; in TREC files 1/rank stands in for a score that is None.

    Raises:
        TrecLineError: TREC, and an id holds a blank.
    """
    if file_format == "trec":
        for hit in hits:
            score = 1 / hit.rank if hit.score is None else hit.score
            out.write(format_run_line(hit.query_id, hit.doc_id, hit.rank, score, tag) + "\n")
        return
    columns = ("query_id", "doc_id", "rank", "score")
    _write_rows(columns, ((h.query_id, h.doc_id, h.rank, h.score) for h in hits), out, file_format)


def write_qrels(grades: Iterable[GradeLike], out: TextIO, file_format: ExportFormat) -> None:
    """Write graded pairs.

    Raises:
        TrecLineError: TREC, and an id holds a blank.
    """
    if file_format == "trec":
        for row in grades:
            out.write(format_qrels_line(row.query_id, row.doc_id, row.grade) + "\n")
        return
    columns = ("query_id", "doc_id", "grade")
    _write_rows(columns, ((row.query_id, row.doc_id, row.grade) for row in grades), out, file_format)


def write_judgments(judgments: Iterable[JudgmentRow], out: TextIO, file_format: ExportFormat) -> None:
    """Write judgments; TREC files can hold only those with a grade, and no rater's name.

    Raises:
        TrecLineError: TREC, and an id holds a blank.
    """
    if file_format == "trec":
        for row in judgments:
            if row.grade is not None:
                out.write(format_qrels_line(row.query_id, row.doc_id, row.grade) + "\n")
        return
    columns = tuple(field.name for field in fields(JudgmentRow))
    _write_rows(columns, (tuple(asdict(row).values()) for row in judgments), out, file_format)


def _write_rows(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], out: TextIO, file_format: ExportFormat
) -> None:
    if file_format == "jsonl":
        for row in rows:
            out.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
        return
    # With its own line terminator, "\r\n", the module quotes both characters in cells; with "\n" only that.
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])


def safe_cell(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
