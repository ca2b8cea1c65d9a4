"""How far a review is, and how fast one person goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, FilteredRelation, Max, Min, Q, QuerySet

from evalhub.models import ReviewItem, ReviewTurn
from evalhub.selectors.review.free import DEALT_WITH, SAID, held

RECENT = timedelta(minutes=15)
"""What a pace is taken from: a sitting, not a day with its pauses."""
FEWEST_FOR_PACE = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """Pairs of a choice.

    Attributes:
        n_left: open ones that the person has not dealt with, whoever looks at them.
        n_mine: answered by the person.
        n_skipped: by the person, and still open.
        per_minute: the person's pace, None before there is one.
    """

    n_pairs: int
    n_open: int
    n_left: int
    n_mine: int
    n_skipped: int
    n_differ: int
    n_unclear: int
    per_minute: float | None

    @property
    def n_done(self) -> int:
        """Pairs that need nobody's first look any more, or not this person's."""
        return self.n_pairs - self.n_left

    @property
    def n_settled(self) -> int:
        """Pairs with a grade."""
        return self.n_pairs - self.n_open - self.n_differ - self.n_unclear

    @property
    def left_s(self) -> float | None:
        """Seconds until nothing is left, at this pace."""
        return 60 * self.n_left / self.per_minute if self.per_minute else None


def standing(items: QuerySet[ReviewItem], reviewer: User, *, now: datetime) -> Standing:
    """Count the pairs of a choice, in one look."""
    mine = FilteredRelation("turns", condition=Q(turns__reviewer=reviewer))
    is_open = Q(state=ReviewItem.State.OPEN)
    dealt_with = Q(turn__state__in=DEALT_WITH)
    recent = dealt_with & Q(turn__changed_at__gt=now - RECENT)
    found: dict[str, Any] = (
        items.order_by()
        .annotate(turn=mine)
        .aggregate(
            n_pairs=Count("pk"),
            n_open=Count("pk", filter=is_open),
            n_dealt_with=Count("pk", filter=is_open & dealt_with),
            n_mine=Count("pk", filter=Q(turn__state__in=SAID)),
            n_skipped=Count("pk", filter=is_open & Q(turn__state=ReviewTurn.State.SKIPPED)),
            n_differ=Count("pk", filter=Q(state=ReviewItem.State.DIFFER)),
            n_unclear=Count("pk", filter=Q(state=ReviewItem.State.UNCLEAR)),
            n_recent=Count("pk", filter=recent),
            first=Min("turn__changed_at", filter=recent),
            last=Max("turn__changed_at", filter=recent),
        )
    )
    pace = _per_minute(found.pop("n_recent"), found.pop("first"), found.pop("last"))
    return Standing(
        **{name: count for name, count in found.items() if name != "n_dealt_with"},
        n_left=found["n_open"] - found["n_dealt_with"],
        per_minute=pace,
    )


def n_with_others(items: QuerySet[ReviewItem], reviewer: User, *, now: datetime) -> int:
    """How many open pairs other people have in hand, and this person has not dealt with."""
    rows = items.order_by().filter(state=ReviewItem.State.OPEN)
    dealt_with = ReviewTurn.objects.filter(reviewer=reviewer, state__in=DEALT_WITH).values("item")
    others = ReviewTurn.objects.filter(held(now)).exclude(reviewer=reviewer)
    return rows.exclude(pk__in=dealt_with).filter(pk__in=others.values("item")).count()


def _per_minute(n: int, first: datetime | None, last: datetime | None) -> float | None:
    if n < FEWEST_FOR_PACE or first is None or last is None or last <= first:
        return None
    return 60 * (n - 1) / (last - first).total_seconds()
