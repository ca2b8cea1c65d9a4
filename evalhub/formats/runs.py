"""Reading runs: ranked lists that were retrieved elsewhere."""

import math
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from evalhub.core.trec import parse_run_line
from evalhub.formats.columns import ColumnMapping, Columns, Schema
from evalhub.formats.errors import InputError, Place
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.pairs import PairFormat, open_pairs
from evalhub.formats.scratch import scratch_database
from evalhub.formats.source import Source
from evalhub.formats.values import id_of, whole_number_of


class RunRow(NamedTuple):
    """A hit; `rank` counts from 1 without gaps, `score` is None where the file (JSONL) gives none."""

    line: int
    query_id: str
    doc_id: str
    rank: int
    score: float | None


def read_runs(
    source: Source, *, limits: Limits = DEFAULT_LIMITS, columns: ColumnMapping | None = None
) -> Iterator[RunRow]:
    """Read a TREC run (6 columns), JSONL or a table with named columns; by query_id, then rank.

    The rank column decides the order. It may count from 0 or 1 and have gaps; ranks are renumbered from
    1. A rank or a document that comes twice in a query is refused, and so are scores that rise as the
    rank falls behind: which of the two the author meant cannot be told.

    Raises:
        InputError: anything that is wrong, at its line; no hit at all, at the end.
    """
    with open_pairs(source, RUN, limits, columns) as (file, rows), scratch_database() as database:
        _fill(rows, file, database)
        n_rows = 0
        for row in _ranked(file, database):
            n_rows += 1
            yield row
        if not n_rows:
            raise Place(file).error(None, "no hits", "Check that this is the file you meant.")


def _from_fields(fields: dict[str, object], columns: Columns, place: Place) -> RunRow:
    rank_name = columns.shown["rank"]
    return RunRow(
        place.line or 0,
        id_of(fields.get("query_id"), columns.shown["query_id"], place),
        id_of(fields.get("doc_id"), columns.shown["doc_id"], place),
        _rank(whole_number_of(fields.get("rank"), rank_name, place), rank_name, place),
        _score(fields.get("score"), columns.shown["score"], place),
    )


def _from_line(text: str, place: Place) -> RunRow:
    line = parse_run_line(text)
    return RunRow(
        place.line or 0,
        id_of(line.query_id, "query", place),
        id_of(line.doc_id, "document", place),
        _rank(line.rank, "rank", place),
        line.score,
    )


def _rank(rank: int, field: str, place: Place) -> int:
    if rank < 0:
        raise place.error(field, f"a negative rank ({rank})", "Count ranks from 1, the best first.")
    return rank


def _score(value: object, field: str, place: Place) -> float | None:
    if value is None or value == "":
        return None
    try:
        score = math.nan if isinstance(value, bool) else float(str(value))
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise place.error(field, f"not a finite number ({value!r:.40})", "Write a number such as 12.5.")
    return score


RUN: PairFormat[RunRow] = PairFormat(
    role="run",
    schema=Schema(
        names={
            "query_id": ("query_id", "query-id", "qid"),
            "doc_id": ("doc_id", "corpus-id", "corpus_id", "docid"),
            "rank": ("rank",),
            "score": ("score",),
        },
        required=("query_id", "doc_id", "rank"),
    ),
    from_fields=_from_fields,
    from_line=_from_line,
)


def _fill(rows: Iterator[RunRow], file: str, database: sqlite3.Connection) -> None:
    database.execute(
        "CREATE TABLE hit (query_id TEXT, rank INT, doc_id TEXT, score REAL, line INT,"
        " PRIMARY KEY (query_id, rank), UNIQUE (query_id, doc_id)) WITHOUT ROWID"
    )
    for row in rows:
        values = (row.query_id, row.rank, row.doc_id, row.score, row.line)
        if not database.execute("INSERT OR IGNORE INTO hit VALUES (?, ?, ?, ?, ?)", values).rowcount:
            raise _twice(row, file, database)


def _twice(row: RunRow, file: str, database: sqlite3.Connection) -> InputError:
    place = Place(file, row.line)
    by_doc = "SELECT line FROM hit WHERE query_id = ? AND doc_id = ?"
    if found := database.execute(by_doc, (row.query_id, row.doc_id)).fetchone():
        return place.error(
            "document",
            f'document "{row.doc_id}" comes twice for query "{row.query_id}", first on line {found[0]}',
            "Keep its best rank only.",
        )
    by_rank = "SELECT line FROM hit WHERE query_id = ? AND rank = ?"
    (line,) = database.execute(by_rank, (row.query_id, row.rank)).fetchone()
    return place.error(
        "rank",
        f'rank {row.rank} comes twice for query "{row.query_id}", first on line {line}',
        "Number the hits of each query 1, 2, 3 and so on, the best first.",
    )


def _ranked(file: str, database: sqlite3.Connection) -> Iterator[RunRow]:
    hits = database.execute("SELECT query_id, rank, doc_id, score, line FROM hit ORDER BY query_id, rank")
    before: RunRow | None = None
    for query_id, rank, doc_id, score, line in hits:
        if before is None or before.query_id != query_id:
            before = RunRow(line, query_id, doc_id, 1, score)
        elif score is not None and before.score is not None and score > before.score:
            raise _rising(Place(file, line), rank, score, before)
        else:
            before = RunRow(line, query_id, doc_id, before.rank + 1, score)
        yield before


def _rising(place: Place, rank: int, score: float, before: RunRow) -> InputError:
    return place.error(
        "score",
        f"{score:g} at rank {rank} is higher than {before.score:g} at the rank before (line {before.line})",
        "Number the ranks by falling score, and negate distances.",
    )
