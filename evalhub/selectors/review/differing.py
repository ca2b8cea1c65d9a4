"""Pairs that wait for somebody's word: people differ on them, or could not judge them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Value, When

from evalhub.models import HumanGrade, ReviewItem, ReviewQueue

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Differing:
    """A pair with what each person said."""

    item: ReviewItem
    said: Sequence[HumanGrade]


def differing_pairs(queue: ReviewQueue) -> list[Differing]:
    """Those on which people differ first, by what they could change; at most MOST_LISTED."""
    state = ReviewItem.State
    first = Case(When(state=state.DIFFER, then=Value(0)), default=Value(1))
    rows = ReviewItem.objects.filter(queue=queue, state__in=(state.DIFFER, state.UNCLEAR))
    rows = rows.select_related("query", "document").only(
        *("state", "influence", "queue", "query__query_id", "document__doc_id")
    )
    items = list(rows.order_by(first, "-influence", "tie_break", "pk")[:MOST_LISTED])
    said: dict[int, list[HumanGrade]] = defaultdict(list)
    live = HumanGrade.objects.filter(item__in=items, withdrawn_at=None).order_by("graded_at", "pk")
    for one in live:
        said[one.item_id or 0].append(one)
    return [Differing(item, said[item.pk]) for item in items]
