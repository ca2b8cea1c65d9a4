"""Who has which pair: take the next ones, pass, be assigned a share."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db.models import Q

from evalhub.core.errors import UserError
from evalhub.models import ReviewItem, ReviewQueue, ReviewTurn
from evalhub.selectors.review.chosen import Chosen, chosen_items
from evalhub.selectors.review.free import DEALT_WITH, free, mine, wanting, without
from evalhub.services.review.locked import item_locked, queue_locked

MOST_TAKEN = 50
State = ReviewTurn.State
Pass = Literal["skipped", "later"]


class UnableToTake(UserError):
    """The pair is not for this person now; the message says why."""


def turns_take(
    queue: ReviewQueue,
    reviewer: User,
    chosen: Chosen,
    n: int,
    *,
    now: datetime,
    having: Collection[int] = (),
) -> list[ReviewItem]:
    """Give a person the next `n` pairs and hold them, so that nobody else is given one meanwhile.

    First come those in the person's hands, then assigned ones, then free ones in the chosen order; what the
    person put off comes back when nothing else is left.

    Args:
        having: keys of pairs that the person looks at: held anew, and not given again.
    """
    with queue_locked(queue.pk):
        _extend(queue, reviewer, having, now)
        items = without(chosen_items(queue, chosen), having)
        taken = _next(items, reviewer, min(n, MOST_TAKEN), now)
        _hold(taken, reviewer, now + timedelta(seconds=queue.hold_s), now)
    return taken


def turn_take(item: ReviewItem, reviewer: User, *, now: datetime) -> ReviewItem:
    """Give a person one pair by name.

    Raises:
        UnableToTake: enough others have it, or it is open no more.
    """
    with item_locked(item) as found:
        rows = ReviewItem.objects.filter(pk=found.pk)
        is_my_own = mine(rows, reviewer).filter(my_hold__gt=now).exists()
        if not is_my_own and not wanting(rows, reviewer, now=now).exists():
            raise UnableToTake("This pair is settled, or somebody else has it now; take the next one.")
        _hold([found], reviewer, now + timedelta(seconds=found.queue.hold_s), now)
    return found


def turn_pass(item: ReviewItem, reviewer: User, how: Pass, *, now: datetime) -> None:
    """Put a pair off, or leave it to others for good; what was answered stays answered."""
    with item_locked(item):
        turn, _ = ReviewTurn.objects.get_or_create(
            item=item, reviewer=reviewer, defaults={"changed_at": now, "state": State.HELD}
        )
        undecided = ReviewTurn.objects.filter(pk=turn.pk, state__in=(State.HELD, State.SKIPPED, State.LATER))
        undecided.update(state=how, held_until=None, changed_at=now)


def turns_assign(
    queue: ReviewQueue, reviewer: User, chosen: Chosen, n: int, *, now: datetime
) -> list[ReviewItem]:
    """Make the next `n` free pairs of the chosen order a person's by name, without a time-out."""
    with queue_locked(queue.pk):
        found = list(free(chosen_items(queue, chosen), reviewer, now=now)[: max(0, n)])
        _write(found, reviewer, now, {"held_until": None, "is_assigned": True})
    return found


def turns_unassign(queue: ReviewQueue, reviewer: User, *, now: datetime) -> int:
    """Take back what a person was assigned and has not dealt with; returns how many pairs are free again.

    A pair that the person looks at right now stays held until its time is over.
    """
    with queue_locked(queue.pk):
        assigned = ReviewTurn.objects.filter(item__queue=queue, reviewer=reviewer, is_assigned=True)
        waiting = assigned.exclude(state__in=DEALT_WITH)
        n_free = waiting.filter(Q(held_until=None) | Q(held_until__lte=now)).delete()[0]
        waiting.update(is_assigned=False, changed_at=now)
    return n_free


def _extend(queue: ReviewQueue, reviewer: User, keys: Collection[int], now: datetime) -> None:
    if keys:
        live = ReviewTurn.objects.filter(
            item__queue=queue, reviewer=reviewer, item__in=keys, state=State.HELD, held_until__gt=now
        )
        live.update(held_until=now + timedelta(seconds=queue.hold_s))


def _next(items: Any, reviewer: User, n: int, now: datetime) -> list[ReviewItem]:
    own = list(mine(items, reviewer).filter(my_state__in=(State.HELD, State.LATER)))
    in_hand = [item for item in own if item.my_state == State.HELD and item.my_hold and item.my_hold > now]
    assigned = [
        item for item in own if item.my_state == State.HELD and item.is_by_name and item not in in_hand
    ]
    found: list[ReviewItem] = [*in_hand, *assigned][:n]
    if len(found) < n:
        found += free(items, reviewer, now=now)[: n - len(found)]
    if len(found) < n:
        put_off = [item.pk for item in own if item.my_state == State.LATER]
        found += wanting(items.filter(pk__in=put_off), reviewer, now=now)[: n - len(found)]
    return found


def _hold(items: Sequence[ReviewItem], reviewer: User, until: datetime, now: datetime) -> None:
    _write(items, reviewer, now, {"held_until": until})


def _write(items: Iterable[ReviewItem], reviewer: User, now: datetime, fields: dict[str, Any]) -> None:
    rows = [
        ReviewTurn(item=item, reviewer=reviewer, state=State.HELD, changed_at=now, **fields) for item in items
    ]
    ReviewTurn.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["item", "reviewer"],
        update_fields=["state", "changed_at", *fields],
    )
