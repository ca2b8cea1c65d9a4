"""Reading the grades that a rater gave elsewhere: one rater a file, or one a column."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isclose

from evalhub.core.suggest import did_you_mean
from evalhub.formats.columns import MOST_LISTED, ColumnMapping, Columns, Schema
from evalhub.formats.errors import InputError, Place
from evalhub.formats.grades import GRADES, GradeRow
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.pairs import PairFormat, open_pairs
from evalhub.formats.reader import open_records
from evalhub.formats.source import Source
from evalhub.formats.values import grade_of, id_of, kind_of, text_of

Probabilities = tuple[float, ...]
SUM_TOLERANCE = 1e-3
_IDS = Schema(
    names={name: GRADES.schema.names[name] for name in ("query_id", "doc_id")},
    required=("query_id", "doc_id"),
)


@dataclass(frozen=True, slots=True)
class RatedRow:
    """A grade of a pair, 0 or more; `is_clipped` where the file had a higher one than the scale offers."""

    line: int
    query_id: str
    doc_id: str
    grade: int
    rationale: str = ""
    probabilities: Probabilities | None = None
    is_clipped: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """G of the scale 0..G, and whether higher grades count as G or are refused."""

    max_grade: int
    is_clipped: bool = False

    def taken(self, grade: int, field: str, place: Place) -> tuple[int, bool]:
        """The grade on the scale, and whether it was above.

        Raises:
            InputError: it is above, and grades are not clipped.
        """
        if grade <= self.max_grade:
            return grade, False
        if self.is_clipped:
            return self.max_grade, True
        raise place.error(
            field,
            f"a grade of {grade}, and the scale is 0..{self.max_grade}",
            f"Correct it, give the rater's own scale (max grade {grade}), or have grades above the scale "
            f"counted as {self.max_grade} (clip).",
        )


def read_rated(
    source: Source,
    scale: Scale,
    *,
    limits: Limits = DEFAULT_LIMITS,
    columns: ColumnMapping | None = None,
) -> list[RatedRow]:
    """Read JSONL (query_id, doc_id, grade, perhaps rationale and probabilities), TREC qrels or BEIR TSV.

    Raises:
        InputError: anything that is wrong, at its line; no grade at all, at the end.
    """
    with open_pairs(source, _format(scale), limits, columns) as (file, rows):
        found = _each_once((row for row in rows if row), file, "grade")
    if not found:
        raise Place(file).error(None, "no grades", "Check that this is the file you meant.")
    return found


def read_rated_table(
    source: Source,
    scale: Scale,
    wanted: Sequence[str] | None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    columns: ColumnMapping | None = None,
) -> dict[str, list[RatedRow]]:
    """Read a table with a column of grades for each rater; an empty cell is no grade.

    Args:
        source: CSV, TSV or Parquet with a header.
        scale: of all columns.
        wanted: the columns to read; None for all but the two ids.
        limits: of the reader.
        columns: names of the columns of ids, where they are none of the usual.

    Raises:
        InputError: anything that is wrong, at its line and column; a column without a grade.
    """
    with open_records(source, "qrels", limits) as reader:
        ids = Columns(_IDS, columns, reader.file)
        if reader.columns is None:
            remedy = "Give a CSV or TSV file whose header names the raters; JSONL is imported rater by rater."
            raise Place(reader.file, 1).error(None, "not a table", remedy)
        ids.check_header(reader.columns)
        chosen = _chosen(reader.columns, wanted, ids, Place(reader.file, 1))
        rows: dict[str, list[RatedRow]] = {name: [] for name in chosen}
        for record in reader.records:
            known, _ = ids.split(record.fields)
            query_id = id_of(known.get("query_id"), ids.shown["query_id"], record.place)
            doc_id = id_of(known.get("doc_id"), ids.shown["doc_id"], record.place)
            for name in chosen:
                if (cell := record.fields[name]) not in (None, ""):
                    grade, is_clipped = scale.taken(grade_of(cell, name, record.place), name, record.place)
                    line = record.place.line or 0
                    rows[name].append(RatedRow(line, query_id, doc_id, grade, is_clipped=is_clipped))
    for name, found in rows.items():
        if not found:
            raise Place(reader.file).error(name, "a column without a grade", "Leave the column out.")
        rows[name] = _each_once(iter(found), reader.file, name)
    return rows


def _format(scale: Scale) -> PairFormat[RatedRow | None]:
    def from_fields(fields: dict[str, object], columns: Columns, place: Place) -> RatedRow:
        grade, is_clipped = scale.taken(
            grade_of(fields.get("grade"), columns.shown["grade"], place), columns.shown["grade"], place
        )
        return RatedRow(
            place.line or 0,
            id_of(fields.get("query_id"), columns.shown["query_id"], place),
            id_of(fields.get("doc_id"), columns.shown["doc_id"], place),
            grade,
            text_of(fields.get("rationale"), columns.shown["rationale"], place),
            _probabilities(fields.get("probabilities"), scale, columns.shown["probabilities"], place),
            is_clipped,
        )

    def from_line(text: str, place: Place) -> RatedRow | None:
        row: GradeRow | None = GRADES.from_line(text, place)
        if row is None:
            return None
        grade, is_clipped = scale.taken(row.grade, "grade", place)
        return RatedRow(row.line, row.query_id, row.doc_id, grade, is_clipped=is_clipped)

    optional = {"rationale": ("rationale",), "probabilities": ("probabilities",)}
    names = {**GRADES.schema.names, **optional}
    return PairFormat("qrels", Schema(names, GRADES.schema.required), from_fields, from_line)


def _probabilities(value: object, scale: Scale, field: str, place: Place) -> Probabilities | None:
    """One share for each grade 0..G; a cell of a table holds them as JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        with suppress(ValueError):
            value = json.loads(value)
    n_grades = scale.max_grade + 1
    remedy = f"Give {n_grades} numbers that add up to 1, one for each grade 0..{scale.max_grade}."
    if not isinstance(value, list):
        raise place.error(field, f"{kind_of(value)}, not a list", remedy)
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= 1 for one in value):
        raise place.error(field, f"not all are shares from 0 to 1 ({value!r:.60})", remedy)
    if len(value) != n_grades:
        raise place.error(field, f"{len(value)} probabilities for {n_grades} grades", remedy)
    if not isclose(total := sum(value), 1.0, abs_tol=SUM_TOLERANCE):
        raise place.error(field, f"they add up to {total:.4f}", remedy)
    return tuple(float(one) / total for one in value)


def _chosen(columns: Sequence[str], wanted: Sequence[str] | None, ids: Columns, place: Place) -> list[str]:
    """The columns of grades, in the file's order."""
    _, rest = ids.split(dict.fromkeys(columns))
    for name in wanted or ():
        if name not in rest:
            there = f"Columns of grades: {', '.join(list(rest)[:MOST_LISTED])}."
            raise place.error(name, "no such column", f"{there}{did_you_mean(name, rest)}")
    chosen = [name for name in rest if wanted is None or name in wanted]
    if not chosen:
        raise place.error(None, "no column of grades", "Add a column for each rater, named as the rater.")
    return chosen


def _each_once(rows: Iterator[RatedRow], file: str, field: str) -> list[RatedRow]:
    """Each pair once: repeats with the same grade are dropped, with another one refused."""
    seen: dict[tuple[str, str], RatedRow] = {}
    for row in rows:
        first = seen.setdefault((row.query_id, row.doc_id), row)
        if first.grade != row.grade:
            raise InputError(
                file,
                row.line,
                field,
                f'query "{row.query_id}" and document "{row.doc_id}" have grade {row.grade} here and '
                f"{first.grade} on line {first.line}",
                "Keep one.",
            )
    return list(seen.values())
