"""Bring a pair, and its gold label, to what people's grades come to."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F, QuerySet

from evalhub.core.settling import Settled, settled
from evalhub.models import GoldLabel, HumanGrade, QueryCollection, ReviewItem
from evalhub.services.gold_labels import PairLabel, gold_set
from evalhub.services.review.following import items_follow

OPINIONS = (HumanGrade.Screen.REVIEW, HumanGrade.Screen.API)
"""Where grades come from that settle a pair together; files and the search box only ever said something."""


def item_settle(item: ReviewItem, *, user: User, now: datetime) -> None:
    """Store how a pair stands after its grades changed; inside `item_locked`."""
    stands = _stands(item)
    was, placed = item.state, item.gold_placed
    item.state, item.grade = stands
    _bring_gold(item, was, user, now)
    if placed and placed != item.gold_placed:
        # Who settled the pair after us in another campaign must not go back to what we took back.
        _elsewhere(item).filter(gold_before=placed).update(gold_before=item.gold_placed or item.gold_before)
    _leave_to_gold(item)
    item.save(update_fields=["state", "grade", "gold_before", "gold_placed"])
    items_follow(_collection(item), (item.query.query_id, item.document.doc_id))


def live_adjudication(item: ReviewItem) -> HumanGrade | None:
    """The word that settles a pair whatever others say; None where nobody spoke it."""
    spoken = HumanGrade.objects.filter(item=item, screen=HumanGrade.Screen.ADJUDICATION)
    return spoken.filter(withdrawn_at=None, overruled_by=None).first()


def _stands(item: ReviewItem) -> Settled:
    word = live_adjudication(item)
    if word:
        return Settled("unclear") if word.grade is None else Settled("settled", word.grade)
    return settled(list(_opinions(item).values_list("grade", flat=True)), item.n_wanted)


def _opinions(item: ReviewItem) -> QuerySet[HumanGrade]:
    said = HumanGrade.objects.filter(item=item, screen__in=OPINIONS, withdrawn_at=None)
    return said.exclude(overruled_by__screen=HumanGrade.Screen.IMPORT).order_by("pk")


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
        is_to_settle = is_ours or (current is None and was == ReviewItem.State.DIFFER)
        if is_to_settle and not _handed_over(item, user, now):
            _restore(item, user, now)
        item.gold_before = item.gold_placed = None


def _leave_to_gold(item: ReviewItem) -> None:
    """A pair of which nobody says anything any more is as a queue finds it: settled where it has a label."""
    if item.state == ReviewItem.State.OPEN and not _opinions(item).exists():
        label = _current(item)
        if label is not None:
            item.state, item.grade = ReviewItem.State.SETTLED, label.grade


def _restore(item: ReviewItem, user: User, now: datetime) -> None:
    old, current = item.gold_before, _current(item)
    if old is None or (current and (current.grade, current.selection) != (old.grade, old.selection)):
        # An equal grade alone would leave the label that stands.
        _set(item, _label(item, None), user, now)
    if old is not None:
        label = PairLabel(old.query_id, old.doc_id, old.grade, old.selection, old.inclusion_probability)
        _set(item, label, old.graded_by, old.graded_at)


def _handed_over(item: ReviewItem, user: User, now: datetime) -> bool:
    """Whether people settled the pair in another campaign, too: the label is theirs from now on."""
    said = HumanGrade.objects.filter(item__in=_elsewhere(item), withdrawn_at=None, overruled_by=None)
    said = said.filter(item__state=ReviewItem.State.SETTLED, grade=F("item__grade")).select_related("item")
    last = said.exclude(screen=HumanGrade.Screen.IMPORT).order_by("-graded_at", "-pk").first()
    if last is None or last.item is None:
        return False
    heir = last.item
    heir.query, heir.document, heir.queue = item.query, item.document, item.queue
    # An equal grade alone would leave the label that names who took it back.
    _set(item, _label(item, None), user, now)
    _set(heir, _label(heir, heir.grade), last.reviewer, last.graded_at)
    heir.gold_before, heir.gold_placed = item.gold_before, _current(heir)
    heir.save(update_fields=["gold_before", "gold_placed"])
    return True


def _elsewhere(item: ReviewItem) -> QuerySet[ReviewItem]:
    """The same pair in the reviews of other campaigns."""
    same = ReviewItem.objects.filter(
        query__query_id=item.query.query_id, document__doc_id=item.document.doc_id
    )
    return same.filter(queue__campaign__collection=_collection(item)).exclude(pk=item.pk)


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
