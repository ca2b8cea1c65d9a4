"""The versions of gold labels: when, by whom, from which file, and how many labels changed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, Value, When

from evalhub.models import GoldImport, GoldLabel, QueryCollection

Person = tuple[str, datetime | None]
"""By whom and when."""
NOBODY: Person = ("", None)


@dataclass(frozen=True, slots=True)
class GoldVersion:
    """A version; `by`, `at` and `source` are empty where nobody knows.

    Attributes:
        n_added: labels of pairs that had none.
        n_changed: labels of pairs that had another.
        n_removed: labels taken away.
        source: the file that brought it.
    """

    number: int
    n_added: int
    n_changed: int
    n_removed: int
    by: str = ""
    at: datetime | None = None
    source: str = ""


def gold_versions(collection: QueryCollection, n: int) -> list[GoldVersion]:
    """The newest `n` versions, newest first."""
    numbers = range(collection.gold_version, max(0, collection.gold_version - n), -1)
    if not numbers:
        return []
    came, changed, gone = Counter[int](), Counter[int](), Counter[int]()
    people: dict[int, Person] = {}
    for since, until, is_change, n, by, at in _spans(collection, numbers[-1]):
        came[since] += n
        changed[since] += n if is_change else 0
        gone[until or 0] += n
        if by:
            people[since] = (by, at)
    files = _files(collection, numbers[-1])
    return [
        GoldVersion(
            number,
            came[number] - changed[number],
            changed[number],
            gone[number] - changed[number],
            *files.get(number, (*people.get(number, NOBODY), "")),
        )
        for number in numbers
    ]


def _spans(collection: QueryCollection, first: int) -> QuerySet[GoldLabel, Any]:
    """(added_in, removed_in, whether the pair had a label before, n, by, at) from a version on."""
    labels = GoldLabel.objects.filter(collection=collection)
    before = labels.filter(
        query_id=OuterRef("query_id"), doc_id=OuterRef("doc_id"), removed_in=OuterRef("added_in")
    )
    # The first version is the large one, and changes nothing.
    is_change = Case(When(added_in=1, then=Value(False)), default=Exists(before))
    near = labels.filter(Q(added_in__gte=first) | Q(removed_in__gte=first)).annotate(is_change=is_change)
    told = {"n": Count("pk"), "by": Max("graded_by__username"), "at": Max("graded_at")}
    return near.values_list("added_in", "removed_in", "is_change").annotate(**told).order_by()


def _files(collection: QueryCollection, first: int) -> dict[int, tuple[str, datetime | None, str]]:
    """The file that brought a version: by whom, when, its name; of several the first."""
    rows = GoldImport.objects.filter(collection=collection, gold_version__gte=first).order_by("-pk")
    told = rows.values_list("gold_version", "imported_by__username", "imported_at", "source_name")
    return {number: (by or "", at, source) for number, by, at, source in told}
