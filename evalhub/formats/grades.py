"""Reading qrels and gold labels."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from evalhub.core.trec import TrecLineError, parse_qrels_line
from evalhub.formats.columns import ColumnMapping, Columns, Schema
from evalhub.formats.errors import InputError, Place
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.pairs import PairFormat, open_pairs
from evalhub.formats.said import NOTHING_SAID, SAID_NAMES, Said, said_of
from evalhub.formats.scratch import scratch_database
from evalhub.formats.source import Source
from evalhub.formats.values import grade_of, id_of

# In TREC files only: trec_eval's mark of a pair that was pooled but never judged, and the web tracks'
# mark of a document that a person found useless for any query.
_UNJUDGED = -1
_JUNK = -2


class GradeRow(NamedTuple):
    """A person's grade of a pair, 0 or more, and what the file says beside it."""

    line: int
    query_id: str
    doc_id: str
    grade: int
    said: Said = NOTHING_SAID


def read_grades(
    source: Source, *, limits: Limits = DEFAULT_LIMITS, columns: ColumnMapping | None = None
) -> Iterator[GradeRow]:
    """Read BEIR TSV (with its header), TREC qrels (4 columns), JSONL or another table with named columns.

    Each pair comes once, or once for each person where the file names them: repeats with the same grade are
    dropped, with another grade refused. Negative grades are refused, except in TREC files: -1 (unjudged) is
    left out and -2 (junk) is 0.

    Raises:
        InputError: anything that is wrong, at its line; no grade at all, at the end.
    """
    with open_pairs(source, GRADES, limits, columns) as (file, rows), scratch_database() as database:
        n_rows = 0
        for row in _each_once(rows, file, database):
            n_rows += 1
            yield row
        if not n_rows:
            raise Place(file).error(None, "no grades", "Check that this is the file you meant.")


def _from_fields(fields: dict[str, object], columns: Columns, place: Place) -> GradeRow:
    return GradeRow(
        place.line or 0,
        id_of(fields.get("query_id"), columns.shown["query_id"], place),
        id_of(fields.get("doc_id"), columns.shown["doc_id"], place),
        grade_of(fields.get("grade"), columns.shown["grade"], place),
        said_of(fields, columns, place),
    )


def _from_line(text: str, place: Place) -> GradeRow | None:
    if len(text.split()) == 3:
        raise TrecLineError(
            None,
            "3 columns and no header",
            "Begin the file with the header query-id<TAB>corpus-id<TAB>score, or write 4 TREC columns.",
        )
    line = parse_qrels_line(text)
    if line.grade == _UNJUDGED:
        return None
    grade = 0 if line.grade == _JUNK else grade_of(line.grade, "grade", place)
    return GradeRow(
        place.line or 0, id_of(line.query_id, "query", place), id_of(line.doc_id, "document", place), grade
    )


GRADES: PairFormat[GradeRow | None] = PairFormat(
    role="qrels",
    schema=Schema(
        names={
            "query_id": ("query-id", "query_id", "qid"),
            "doc_id": ("corpus-id", "doc_id", "corpus_id", "docid"),
            "grade": ("score", "grade", "relevance"),
            **SAID_NAMES,
        },
        required=("query_id", "doc_id", "grade"),
    ),
    from_fields=_from_fields,
    from_line=_from_line,
)


def _each_once(
    rows: Iterator[GradeRow | None], file: str, database: sqlite3.Connection
) -> Iterator[GradeRow]:
    database.execute(
        "CREATE TABLE seen (query_id TEXT, doc_id TEXT, reviewer TEXT, grade INT, line INT,"
        " PRIMARY KEY (query_id, doc_id, reviewer)) WITHOUT ROWID"
    )
    for row in rows:
        if row is None:
            continue
        values = (row.query_id, row.doc_id, row.said.reviewer, row.grade, row.line)
        if database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?)", values).rowcount:
            yield row
        else:
            _refuse_conflict(row, file, database)


def _refuse_conflict(row: GradeRow, file: str, database: sqlite3.Connection) -> None:
    reviewer = row.said.reviewer
    found = database.execute(
        "SELECT grade, line FROM seen WHERE query_id = ? AND doc_id = ? AND reviewer = ?",
        (row.query_id, row.doc_id, reviewer),
    )
    grade, line = found.fetchone()
    if grade != row.grade:
        by = f' by "{reviewer}"' if reviewer else ""
        remedy = "Keep one; where raters differ, settle on a grade or take the mean rounded down."
        raise InputError(
            file,
            row.line,
            "score",
            f'query "{row.query_id}" and document "{row.doc_id}" have grade {row.grade}{by} here'
            f" and {grade} on line {line}",
            "Keep the one that the person stands by." if reviewer else remedy,
        )
