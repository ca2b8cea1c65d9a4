"""Which pairs of a queue a person may be given, and which are in the person's hands."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from evalhub.models import ReviewItem, ReviewTurn

State = ReviewTurn.State
SAID = (State.GRADED, State.CANNOT_JUDGE)
DEALT_WITH = (*SAID, State.SKIPPED)


def held(now: datetime) -> Q:
    """Turns that keep a pair for their person: looked at, assigned, or answered."""
    looked_at = Q(state=State.HELD, held_until__gt=now)
    assigned = Q(is_assigned=True, state__in=(State.HELD, State.LATER))
    return looked_at | assigned | Q(state__in=SAID)


def mine(items: QuerySet[ReviewItem], reviewer: User) -> QuerySet[ReviewItem]:
    """The open pairs of a person with the person's turn as `my_state`, `my_hold` and `is_by_name`."""
    turn = ReviewTurn.objects.filter(item=OuterRef("pk"), reviewer=reviewer)
    return items.filter(state=ReviewItem.State.OPEN, turns__reviewer=reviewer).annotate(
        my_state=Subquery(turn.values("state")),
        my_hold=Subquery(turn.values("held_until")),
        is_by_name=Subquery(turn.values("is_assigned")),
    )


def free(items: QuerySet[ReviewItem], reviewer: User, *, now: datetime) -> QuerySet[ReviewItem]:
    """The open pairs that the person has not dealt with and that want more people than are at them."""
    my_turns = ReviewTurn.objects.filter(item=OuterRef("pk"), reviewer=reviewer)
    gone = my_turns.filter(held(now) | Q(state__in=(*DEALT_WITH, State.LATER)))
    return wanting(items, reviewer, now=now).exclude(Exists(gone))


def wanting(items: QuerySet[ReviewItem], reviewer: User, *, now: datetime) -> QuerySet[ReviewItem]:
    """The open pairs that want more people than others are at."""
    others = ReviewTurn.objects.filter(held(now), item=OuterRef("pk")).exclude(reviewer=reviewer)
    # Grouped by a constant of the subquery, the pair, so that it is one number.
    counted = others.order_by().values("item").annotate(n=Count("pk")).values("n")
    n_others = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return (
        items.filter(state=ReviewItem.State.OPEN)
        .annotate(n_others=n_others)
        .filter(n_others__lt=F("n_wanted"))
    )


def without(items: QuerySet[ReviewItem], keys: Collection[int]) -> QuerySet[ReviewItem]:
    """Leave some pairs out."""
    return items.exclude(pk__in=keys) if keys else items
