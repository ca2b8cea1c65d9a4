"""Keep what each person of a file said, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evalhub.formats.grades import GradeRow
from evalhub.models import HumanGrade, QueryCollection
from evalhub.selectors.gold.stated import live_grades
from evalhub.services.known_ids import BATCH, batches


@dataclass(frozen=True, slots=True)
class PeopleChanges:
    """Rows to keep, and the keys of statements that the same people take back by them."""

    new: Sequence[GradeRow]
    withdrawn: Sequence[int]

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.new or self.withdrawn)


def people_changes(collection: QueryCollection, rows: Sequence[GradeRow]) -> PeopleChanges:
    """What is new in the rows of a file.

    What a person said already, here or in a file, is not kept twice; what an earlier file said otherwise in
    the same name is withdrawn.
    """
    known: set[tuple[str, str, str, int | None]] = set()
    imported: dict[tuple[str, str, str], list[tuple[int, int | None]]] = {}
    stored = live_grades(collection).values_list(
        "query_id", "doc_id", "reviewer_name", "grade", "pk", "screen"
    )
    for query_id, doc_id, name, grade, key, screen in stored.iterator() if rows else ():
        known.add((query_id, doc_id, name, grade))
        if screen == HumanGrade.Screen.IMPORT:
            imported.setdefault((query_id, doc_id, name), []).append((key, grade))
    new = [row for row in rows if (row.query_id, row.doc_id, row.said.reviewer, row.grade) not in known]
    withdrawn = [
        key
        for row in new
        for key, grade in imported.get((row.query_id, row.doc_id, row.said.reviewer), ())
        if grade != row.grade
    ]
    return PeopleChanges(new, withdrawn)


def people_store(
    collection: QueryCollection, changes: PeopleChanges, *, max_grade: int, now: datetime
) -> None:
    """Write them."""
    for batch in batches(changes.withdrawn):
        HumanGrade.objects.filter(pk__in=batch).update(withdrawn_at=now)
    statements = (_statement(collection, row, max_grade, now) for row in changes.new)
    HumanGrade.objects.bulk_create(statements, batch_size=BATCH)


def _statement(collection: QueryCollection, row: GradeRow, max_grade: int, now: datetime) -> HumanGrade:
    said = row.said
    return HumanGrade(
        collection=collection,
        query_id=row.query_id,
        doc_id=row.doc_id,
        reviewer_name=said.reviewer,
        grade=row.grade,
        max_grade=max_grade,
        comment=said.comment,
        screen=HumanGrade.Screen.IMPORT,
        selection=said.selection or HumanGrade.Selection.UNKNOWN,
        inclusion_probability=said.inclusion_probability,
        graded_at=said.graded_at or now,
    )
