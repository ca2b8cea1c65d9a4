"""Import a table with a column of grades for each rater, each person, and perhaps for gold labels."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from evalhub.core.suggest import did_you_mean
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.errors import InputError
from evalhub.formats.rated import RatedRow, Scale, read_rated_table
from evalhub.formats.source import Source
from evalhub.models import HumanGrade, QueryCollection
from evalhub.services.gold import gold_store
from evalhub.services.imported_grades import Imported, Target, grades_store, known_digests, name_check
from evalhub.services.known_ids import batches

BATCH = 500

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the columns of a table are.

    Attributes:
        columns: of raters; None for all that are neither ids, nor people, nor gold.
        people: columns that hold what one person said each.
        gold: the column of gold labels, "" for none.
    """

    columns: Sequence[str] | None = None
    people: Sequence[str] = ()
    gold: str = ""

    @property
    def read(self) -> Sequence[str] | None:
        """The columns to read; None for all."""
        named = [*self.people, *([self.gold] if self.gold else [])]
        return None if self.columns is None else [*self.columns, *named]


@dataclass(frozen=True, slots=True)
class PersonImported:
    """What became of a person's column."""

    name: str
    n_grades: int
    n_new: int
    n_withdrawn: int


@dataclass(frozen=True, slots=True)
class TableImported:
    """What became of a table."""

    raters: Sequence[Imported]
    people: Sequence[PersonImported] = ()
    gold: QueryCollection | None = field(default=None)


def table_import(
    source: Source,
    target: Target,
    scale: Scale,
    wanted: Wanted,
    *,
    now: datetime,
    columns: ColumnMapping | None = None,
) -> TableImported:
    """Import all columns of a table, or none; the same table again changes nothing.

    Raises:
        InputError: a cell is not acceptable or a row names an unknown id; the database is unchanged.
        UnableToImportGrades: a column's name or the scale is not acceptable.
    """
    rows = read_rated_table(source, scale, wanted.read, columns=columns)
    _roles_check(source, rows, wanted)
    raters = [name for name in rows if name not in wanted.people and name != wanted.gold]
    for name in raters:
        name_check(name, target.collection)
    digests = known_digests(_pairs(rows.values()), source, target)
    with transaction.atomic():
        made = [grades_store(name, rows[name], digests, source, target, scale, now=now) for name in raters]
        people = [_person_store(name, rows[name], target, scale, now) for name in wanted.people]
        gold = None
        if wanted.gold:
            grades = {(row.query_id, row.doc_id): row.grade for row in rows[wanted.gold]}
            gold = gold_store(target.collection, grades)
    return TableImported(made, people, gold)


def _roles_check(source: Source, rows: Mapping[str, Sequence[RatedRow]], wanted: Wanted) -> None:
    """Refuse columns that are not there, and columns that would be two things at once."""
    named = [*(wanted.columns or ()), *wanted.people, *([wanted.gold] if wanted.gold else [])]
    for name in named:
        if name not in rows:
            raise InputError(
                source.name, 1, name, "no such column of grades", f"Mend the name.{did_you_mean(name, rows)}"
            )
        if named.count(name) > 1:
            raise InputError(
                source.name, 1, name, "named twice", "A column is a rater, a person or gold, and one of them."
            )


def _pairs(columns: Collection[Sequence[RatedRow]]) -> list[RatedRow]:
    """Each pair of the table once."""
    pairs = {(row.query_id, row.doc_id): row for rows in columns for row in rows}
    return sorted(pairs.values(), key=lambda row: row.line)


def _person_store(
    name: str, rows: Sequence[RatedRow], target: Target, scale: Scale, now: datetime
) -> PersonImported:
    """Keep what a person said; what the same person's earlier import said otherwise is withdrawn."""
    grades = {(row.query_id, row.doc_id): row.grade for row in rows}
    before = HumanGrade.objects.filter(
        collection=target.collection,
        reviewer_name=name,
        screen=HumanGrade.Screen.IMPORT,
        withdrawn_at=None,
    )
    known: set[Pair] = set()
    changed: list[int] = []
    for key, query_id, doc_id, grade, max_grade in before.values_list(
        "pk", "query_id", "doc_id", "grade", "max_grade"
    ):
        pair = (query_id, doc_id)
        if pair in grades and (grade, max_grade) == (grades[pair], scale.max_grade):
            known.add(pair)
        elif pair in grades:
            changed.append(key)
    for batch in batches(changed):
        HumanGrade.objects.filter(pk__in=batch).update(withdrawn_at=now)
    new = [
        HumanGrade(
            collection=target.collection,
            query_id=pair[0],
            doc_id=pair[1],
            reviewer_name=name,
            grade=grade,
            max_grade=scale.max_grade,
            screen=HumanGrade.Screen.IMPORT,
            selection=HumanGrade.Selection.UNKNOWN,
            graded_at=now,
        )
        for pair, grade in grades.items()
        if pair not in known
    ]
    HumanGrade.objects.bulk_create(new, batch_size=BATCH)
    return PersonImported(name, len(grades), len(new), len(changed))
