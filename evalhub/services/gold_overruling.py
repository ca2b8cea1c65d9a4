"""Files against grades that people gave here: none is overruled unasked, and none is forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from evalhub.core.errors import UserError
from evalhub.models import HumanGrade, QueryCollection
from evalhub.selectors.gold.stated import Pair, Stated, current_labels, live_grades, reviewed
from evalhub.services.gold_file import GoldFile
from evalhub.services.known_ids import BATCH

SHOWN = 10
NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class Overruled:
    """A reviewed pair, and what a file makes of it: another grade, or None for no label at all."""

    query_id: str
    doc_id: str
    stated: Sequence[Stated]
    grade: int | None

    def __str__(self) -> str:
        said = ", ".join(f"{one.grade} by {one.by or 'somebody'}" for one in self.stated)
        here = "not in the file" if self.grade is None else f"{self.grade} in the file"
        return f'query "{self.query_id}", document "{self.doc_id}": {said}; {here}'


class ReviewedGradesStand(UserError):
    """A file would replace grades that people gave here; nothing is changed.

    Attributes:
        file: its name.
        overruled: every such pair.
    """

    REMEDY = (
        "Leave the file out (a spec without qrels keeps the collection's gold labels), or import it with "
        "`evalhub gold add --overrule` (over REST the field overrule); what people said stays in the history."
    )

    def __init__(self, file: str, overruled: Sequence[Overruled]) -> None:
        self.file, self.overruled = file, overruled
        n, lines = len(overruled), [f"  {one}" for one in overruled[:SHOWN]]
        if n > SHOWN:
            lines.append(f"  and {n - SHOWN:,} more; see: evalhub gold conflicts")
        what = "the grade given in review of 1 pair" if n == 1 else f"grades given in review of {n:,} pairs"
        super().__init__("\n".join([f"{file or 'this import'} would overrule {what}:", *lines, self.REMEDY]))


def overruled_by(collection: QueryCollection, file: GoldFile) -> list[Overruled]:
    """The reviewed pairs of which a file says something else, or that would lose their label."""
    stated = reviewed(collection)
    if not stated:
        return []
    labelled = set(current_labels(collection).values_list("query_id", "doc_id"))
    return [
        Overruled(*pair, said, grade)
        for pair, said in stated.items()
        if _is_overruled(said, grade := _grade(file, pair), has_label=pair in labelled)
    ]


def overruling_check(collection: QueryCollection, file: GoldFile) -> None:
    """Refuse a file that would overrule reviewed grades.

    Raises:
        ReviewedGradesStand: it would.
    """
    if overruled := overruled_by(collection, file):
        raise ReviewedGradesStand(file.name, overruled)


def overruling_record(
    collection: QueryCollection,
    overruled: Sequence[Overruled],
    file: GoldFile,
    *,
    user: User | None,
    max_grade: int,
    now: datetime,
) -> None:
    """Keep who overruled what: one statement of each pair, to which those it overrules point."""
    before = _live(collection)
    # Labels of the search box have no statements: the old label stays in the versions it was in.
    words = [
        HumanGrade(
            collection=collection,
            query_id=one.query_id,
            doc_id=one.doc_id,
            reviewer=user,
            reviewer_name=(user.get_username() if user else f"import of {file.short_name}")[:NAME_CHARS],
            grade=one.grade,
            max_grade=max_grade,
            reason=f"import of {file.short_name}" + (", which lacks the pair" if one.grade is None else ""),
            screen=HumanGrade.Screen.IMPORT,
            selection=HumanGrade.Selection.UNKNOWN,
            graded_at=now,
        )
        for one in overruled
        if (one.query_id, one.doc_id) in before
    ]
    changed = []
    for word in HumanGrade.objects.bulk_create(words, batch_size=BATCH):
        for row in before[word.query_id, word.doc_id]:
            if row.grade != word.grade:
                row.overruled_by = word
                changed.append(row)
    HumanGrade.objects.bulk_update(changed, ["overruled_by"], batch_size=BATCH)


def _live(collection: QueryCollection) -> dict[Pair, list[HumanGrade]]:
    found: dict[Pair, list[HumanGrade]] = {}
    for row in live_grades(collection).only("query_id", "doc_id", "grade"):
        found.setdefault((row.query_id, row.doc_id), []).append(row)
    return found


def _grade(file: GoldFile, pair: Pair) -> int | None:
    label = file.labels.get(pair)
    return label.grade if label else None


def _is_overruled(stated: Sequence[Stated], grade: int | None, *, has_label: bool) -> bool:
    return has_label if grade is None else any(one.grade != grade for one in stated)
