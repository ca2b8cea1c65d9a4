"""What people have said of pairs and stand by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from evalhub.models import GoldLabel, HumanGrade, QueryCollection

Pair = tuple[str, str]
"""(query_id, doc_id)"""


@dataclass(frozen=True, slots=True)
class Stated:
    """A grade by somebody, "" where nobody knows by whom."""

    grade: int
    by: str
    at: datetime | None


def live_grades(collection: QueryCollection) -> QuerySet[HumanGrade]:
    """Grades that nobody took back or overruled, in the order they were given."""
    live = HumanGrade.objects.filter(
        collection=collection, withdrawn_at=None, overruled_by=None, grade__isnull=False
    )
    return live.order_by("query_id", "doc_id", "graded_at", "pk")


def current_labels(collection: QueryCollection) -> QuerySet[GoldLabel]:
    """The gold labels of now, by pair."""
    return collection.gold_labels.filter(removed_in=None).order_by("query_id", "doc_id")


def reviewed(collection: QueryCollection) -> dict[Pair, list[Stated]]:
    """What people said of pairs here, in review or the search box, as opposed to what files brought."""
    here = live_grades(collection).exclude(screen=HumanGrade.Screen.IMPORT)
    found = by_pair(here)
    labels = current_labels(collection).filter(graded_by__isnull=False)
    rows = labels.values_list("query_id", "doc_id", "grade", "graded_by__username", "graded_at")
    for query_id, doc_id, grade, by, at in rows.iterator():
        if (query_id, doc_id) not in found:
            found[query_id, doc_id] = [Stated(grade, str(by), at)]
    return found


def by_pair(grades: QuerySet[HumanGrade]) -> dict[Pair, list[Stated]]:
    """Statements by pair, in the order of the rows."""
    found: dict[Pair, list[Stated]] = {}
    rows: Iterable[tuple[str, str, int | None, str, datetime]] = grades.values_list(
        "query_id", "doc_id", "grade", "reviewer_name", "graded_at"
    ).iterator()
    for query_id, doc_id, grade, by, at in rows:
        if grade is not None:
            found.setdefault((query_id, doc_id), []).append(Stated(grade, by, at))
    return found
