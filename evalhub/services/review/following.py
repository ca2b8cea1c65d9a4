"""Pairs of which nobody said anything in their own queue stand as the gold labels do."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q, QuerySet

from evalhub.models import HumanGrade, QueryCollection, ReviewItem
from evalhub.services.known_ids import batches

State = ReviewItem.State
Pair = tuple[str, str]
"""(query_id, doc_id)"""
SETTLING = (HumanGrade.Screen.REVIEW, HumanGrade.Screen.API, HumanGrade.Screen.ADJUDICATION)


def items_follow(collection: QueryCollection, pair: Pair | None = None) -> None:
    """Settle pairs that got a label elsewhere, and open those that lost it; `pair` None looks at all.

    Another campaign's review and files bring labels. Pairs that were drawn, or are asked of two people, stay
    open: a label that somebody else came by does not stand for theirs.
    """
    items = ReviewItem.objects.filter(queue__campaign__collection=collection)
    labels = collection.gold_labels.filter(removed_in=None)
    if pair:
        items = items.filter(query__query_id=pair[0], document__doc_id=pair[1])
        labels = labels.filter(query_id=pair[0], doc_id=pair[1])
    rows = list(_silent(items).values_list("pk", "query__query_id", "document__doc_id", "state", "grade"))
    if not rows:
        return
    grades = {(query, doc): grade for query, doc, grade in labels.values_list("query_id", "doc_id", "grade")}
    becoming: dict[int | None, list[int]] = defaultdict(list)
    for pk, query_id, doc_id, state, grade in rows:
        label = grades.get((query_id, doc_id))
        if (state, grade) != ((State.OPEN, None) if label is None else (State.SETTLED, label)):
            becoming[label].append(pk)
    for label, pks in becoming.items():
        _bring(pks, label)


def _silent(items: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    """Pairs without a grade that stands, as far as labels from elsewhere answer them."""
    standing = HumanGrade.objects.filter(item=OuterRef("pk"), withdrawn_at=None, screen__in=SETTLING)
    standing = standing.exclude(overruled_by__screen=HumanGrade.Screen.IMPORT)
    asked = Q(state=State.OPEN) & (Q(n_wanted__gt=1) | Q(inclusion_probability__isnull=False))
    return items.exclude(asked).exclude(Exists(standing))


def _bring(pks: list[int], label: int | None) -> None:
    state = State.OPEN if label is None else State.SETTLED
    for batch in batches(pks):
        ReviewItem.objects.filter(pk__in=batch).update(
            state=state, grade=label, gold_before=None, gold_placed=None
        )
