"""What a person says of a pair, and taking it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from evalhub.core.errors import UserError
from evalhub.models import HumanGrade, ReviewItem, ReviewQueue, ReviewTurn
from evalhub.selectors.review.free import SAID, wanting
from evalhub.services.review.locked import item_locked, queue_locked
from evalhub.services.review.settle import OPINIONS, item_settle, live_adjudication

MOST_CHARACTERS = 4_000  # of a reason or a comment
MOST_KEY_CHARACTERS = 64
Screen = HumanGrade.Screen
State = ReviewTurn.State


class UnableToGrade(UserError):
    """What was said can not be kept as it is; the message says why."""


class UnableToUndo(UserError):
    """There is nothing to take back, or others went on from it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A grade, None for "cannot judge" with a reason; `key` is the sender's, by which sent twice is one."""

    grade: int | None
    reason: str = ""
    comment: str = ""
    key: str = ""


def grade_give(
    item: ReviewItem,
    reviewer: User,
    said: Said,
    *,
    now: datetime,
    screen: HumanGrade.Screen = Screen.REVIEW,
) -> HumanGrade:
    """Keep what a person says of a pair, and settle the pair where that is enough.

    What comes late, after the hold ran out or others graded, is one more opinion and never lost; after an
    adjudication it is kept as overruled. Saying another thing of the same pair takes the earlier one back.

    Raises:
        UnableToGrade: the grade is not offered, a reason is missing, a text is too long, or the key was used
            for something else.
    """
    with item_locked(item) as found:
        check_said(found.queue, said)
        if known := sent_before(found, reviewer, said):
            return known
        mine = HumanGrade.objects.filter(item=found, reviewer=reviewer, screen__in=OPINIONS)
        mine.filter(withdrawn_at=None).update(withdrawn_at=now)
        given = new_grade(found, reviewer, said, screen, now)
        given.overruled_by = live_adjudication(found)
        given.save()
        state = State.CANNOT_JUDGE if said.grade is None else State.GRADED
        ReviewTurn.objects.update_or_create(
            item=found,
            reviewer=reviewer,
            defaults={"state": state, "held_until": None, "changed_at": now},
        )
        item_settle(found, user=reviewer, now=now)
        given.item = found
    return given


def turn_undo(
    queue: ReviewQueue, reviewer: User, *, now: datetime, item_id: int | None = None, key: str = ""
) -> ReviewItem:
    """Take back the last thing a person did with a pair of the queue: grade, skip or later.

    The pair is the person's again. Several in a row go back step by step. What is undone already stays so:
    sent twice is once.

    Args:
        item_id: the pair; the last one the person dealt with where it is None.
        key: of the grade that is meant; a later grade of the pair stays.

    Raises:
        UnableToUndo: there is nothing, it was adjudicated since, or somebody else has the pair now.
    """
    with queue_locked(queue.pk) as locked:
        turns = ReviewTurn.objects.filter(item__queue=queue, reviewer=reviewer)
        turns = turns.exclude(state=State.HELD) if item_id is None else turns.filter(item=item_id)
        turn = turns.select_related("item__query", "item__document").order_by("-changed_at", "-pk").first()
        if turn is None:
            raise UnableToUndo("There is nothing to undo.")
        item = turn.item
        item.queue = locked
        if turn.state in SAID:
            _withdraw(item, reviewer, key, now)
        elif turn.state != State.HELD:
            if not wanting(ReviewItem.objects.filter(pk=item.pk), reviewer, now=now).exists():
                raise UnableToUndo("Somebody else has this pair meanwhile.")
            _reopen(item, reviewer, now)
    return item


def new_grade(
    item: ReviewItem, reviewer: User, said: Said, screen: HumanGrade.Screen, now: datetime
) -> HumanGrade:
    """A row of the history, not yet stored."""
    is_drawn = item.inclusion_probability is not None
    selections = HumanGrade.Selection
    return HumanGrade(
        collection_id=item.queue.campaign.collection_id,
        query_id=item.query.query_id,
        doc_id=item.document.doc_id,
        item=item,
        reviewer=reviewer,
        reviewer_name=reviewer.get_username(),
        grade=said.grade,
        max_grade=item.queue.max_grade,
        reason=said.reason,
        comment=said.comment,
        screen=screen,
        selection=selections.SAMPLE if is_drawn else selections.HAND_PICKED,
        inclusion_probability=item.inclusion_probability,
        key=said.key,
        graded_at=now,
    )


def check_said(queue: ReviewQueue, said: Said) -> None:
    """Refuse what the queue does not offer or a row can not hold.

    Raises:
        UnableToGrade: always with a remedy.
    """
    if said.grade is None and not said.reason.strip():
        raise UnableToGrade("Say why it cannot be judged: a few words are enough.")
    if said.grade is not None and not 0 <= said.grade <= queue.max_grade:
        raise UnableToGrade(f"Grade {said.grade} is not offered; choose one from 0 to {queue.max_grade}.")
    for name, text in (("reason", said.reason), ("comment", said.comment)):
        if len(text) > MOST_CHARACTERS:
            raise UnableToGrade(
                f"The {name} has {len(text):,} characters; shorten it to {MOST_CHARACTERS:,}."
            )
    if len(said.key) > MOST_KEY_CHARACTERS:
        raise UnableToGrade(f"The key is longer than {MOST_KEY_CHARACTERS} characters.")


def sent_before(item: ReviewItem, reviewer: User, said: Said) -> HumanGrade | None:
    """What the person sent under this key before, None where nothing or no key.

    Raises:
        UnableToGrade: it was something else.
    """
    known = HumanGrade.objects.filter(reviewer=reviewer, key=said.key).first() if said.key else None
    if known is None:
        return None
    then = (known.item_id, known.grade, known.reason, known.comment)
    if then != (item.pk, said.grade, said.reason, said.comment):
        raise UnableToGrade(f"The key {said.key} was used for another grade; send each grade with its own.")
    return known


def _withdraw(item: ReviewItem, reviewer: User, key: str, now: datetime) -> None:
    live = HumanGrade.objects.filter(
        item=item, reviewer=reviewer, screen__in=OPINIONS, withdrawn_at=None
    ).first()
    if live and live_adjudication(item):
        raise UnableToUndo("This pair was adjudicated meanwhile: its history says by whom and why.")
    if live and key and live.key != key:
        return  # the one that is meant was taken back or replaced before
    if live:
        live.withdrawn_at = now
        live.save(update_fields=["withdrawn_at"])
        item_settle(item, user=reviewer, now=now)
    _reopen(item, reviewer, now)


def _reopen(item: ReviewItem, reviewer: User, now: datetime) -> None:
    until = now + timedelta(seconds=item.queue.hold_s)
    mine = ReviewTurn.objects.filter(item=item, reviewer=reviewer)
    mine.update(state=State.HELD, held_until=until, changed_at=now)
