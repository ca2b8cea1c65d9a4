"""Settle a pair on which people differ, or that they could not judge: one word that overrules."""

from datetime import datetime

from django.contrib.auth.models import User

from evalhub.models import HumanGrade, ReviewItem
from evalhub.services.review.grades import (
    Said,
    UnableToGrade,
    UnableToUndo,
    check_said,
    new_grade,
    sent_before,
)
from evalhub.services.review.locked import item_locked
from evalhub.services.review.settle import OPINIONS, item_settle, live_adjudication


def adjudicate(item: ReviewItem, user: User, said: Said, *, now: datetime) -> HumanGrade:
    """Settle a pair by a grade with a reason, whatever others said; theirs stay in the history as overruled.

    A grade of None says that the pair can not be judged. A second adjudication overrules the first.

    Raises:
        UnableToGrade: no reason, a grade that is not offered, nobody graded the pair, or a key used before.
    """
    if not said.reason.strip():
        raise UnableToGrade("Say why: people whose grade is overruled will read it.")
    with item_locked(item) as found:
        check_said(found.queue, said)
        if known := sent_before(found, user, said):
            return known
        others = HumanGrade.objects.filter(item=found, withdrawn_at=None, screen__in=OPINIONS)
        if not others.exists():
            raise UnableToGrade("Nobody graded this pair yet: grade it in the review instead.")
        before = live_adjudication(found)
        word = new_grade(found, user, said, HumanGrade.Screen.ADJUDICATION, now)
        word.save()
        others.update(overruled_by=word)
        HumanGrade.objects.filter(pk=before.pk if before else None).update(overruled_by=word)
        item_settle(found, user=user, now=now)
        word.item = found
    return word


def adjudication_undo(item: ReviewItem, user: User, *, now: datetime) -> ReviewItem:
    """Take an adjudication back: people's own grades count again.

    Raises:
        UnableToUndo: there is none, or it is somebody else's.
    """
    with item_locked(item) as found:
        word = live_adjudication(found)
        if word is None:
            raise UnableToUndo("There is no adjudication to undo.")
        if word.reviewer_id != user.pk:
            raise UnableToUndo(f"{word.reviewer_name} adjudicated this; adjudicate again to overrule.")
        word.withdrawn_at = now
        word.save(update_fields=["withdrawn_at"])
        overruled = HumanGrade.objects.filter(overruled_by=word)
        overruled.filter(screen=HumanGrade.Screen.ADJUDICATION).update(overruled_by=None)
        overruled.update(overruled_by=live_adjudication(found))
        item_settle(found, user=user, now=now)
    return found
