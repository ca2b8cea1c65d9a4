"""Bring a pair, and its gold label, to what people's grades come to."""

from datetime import datetime

from django.contrib.auth.models import User

from evalhub.core.settling import Settled, settled
from evalhub.models import GoldLabel, HumanGrade, QueryCollection, ReviewItem
from evalhub.services.gold import PairLabel, gold_set

OPINIONS = (HumanGrade.Screen.REVIEW, HumanGrade.Screen.API)
"""Where grades come from that settle a pair together; files and the search box only ever said something."""


def item_settle(item: ReviewItem, *, user: User, now: datetime) -> None:
    """Store how a pair stands after its grades changed; inside `item_locked`."""
    stands = _stands(item)
    was = item.state
    item.state, item.grade = stands
    _bring_gold(item, was, user, now)
    item.save(update_fields=["state", "grade", "gold_before", "gold_placed"])


def live_adjudication(item: ReviewItem) -> HumanGrade | None:
    """The word that settles a pair whatever others say; None where nobody spoke it."""
    spoken = HumanGrade.objects.filter(item=item, screen=HumanGrade.Screen.ADJUDICATION)
    return spoken.filter(withdrawn_at=None, overruled_by=None).first()


def _stands(item: ReviewItem) -> Settled:
    word = live_adjudication(item)
    if word:
        return Settled("unclear") if word.grade is None else Settled("settled", word.grade)
    live = HumanGrade.objects.filter(item=item, screen__in=OPINIONS, withdrawn_at=None)
    return settled(list(live.order_by("pk").values_list("grade", flat=True)), item.n_wanted)


def _bring_gold(item: ReviewItem, was: str, user: User, now: datetime) -> None:
    """A settled pair is gold; while people differ there is none; else it is as it was before they came."""
    current = _current(item)
    is_ours = current is not None and current.pk == item.gold_placed_id
    if item.state == ReviewItem.State.SETTLED:
        if not is_ours and was != ReviewItem.State.DIFFER:
            item.gold_before = current
        _set(item, _label(item, item.grade), user, now)
        placed = _current(item)
        item.gold_placed = None if placed == item.gold_before else placed
    elif item.state == ReviewItem.State.DIFFER:
        if not is_ours and current is not None:
            item.gold_before = current
        _set(item, _label(item, None), user, now)
        item.gold_placed = None
    else:
        if is_ours or (current is None and was == ReviewItem.State.DIFFER):
            _restore(item, user, now)
        item.gold_before = item.gold_placed = None


def _restore(item: ReviewItem, user: User, now: datetime) -> None:
    old, current = item.gold_before, _current(item)
    if old is None or (current and (current.grade, current.selection) != (old.grade, old.selection)):
        # An equal grade alone would leave the label that stands.
        _set(item, _label(item, None), user, now)
    if old is not None:
        label = PairLabel(old.query_id, old.doc_id, old.grade, old.selection, old.inclusion_probability)
        _set(item, label, old.graded_by, old.graded_at)


def _label(item: ReviewItem, grade: int | None) -> PairLabel:
    pair = item.query.query_id, item.document.doc_id
    if item.inclusion_probability is None:
        return PairLabel(*pair, grade)
    return PairLabel(*pair, grade, GoldLabel.Selection.SAMPLE, item.inclusion_probability)


def _set(item: ReviewItem, label: PairLabel, user: User | None, now: datetime | None) -> None:
    gold_set(_collection(item), label, user=user, now=now)


def _current(item: ReviewItem) -> GoldLabel | None:
    labels = _collection(item).gold_labels.filter(removed_in=None)
    return labels.filter(query_id=item.query.query_id, doc_id=item.document.doc_id).first()


def _collection(item: ReviewItem) -> QueryCollection:
    return item.queue.campaign.collection
