"""Give one pair a gold label, or take it back: what people do on a screen."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.digest import member_sum, sum_digest, sum_text
from evalhub.core.errors import UserError
from evalhub.models import GoldLabel, QueryCollection


@dataclass(frozen=True, slots=True)
class PairLabel:
    """What a person says of a pair, None taking it back; the person chose it unless `selection` says more."""

    query_id: str
    doc_id: str
    grade: int | None
    selection: str = GoldLabel.Selection.HAND_PICKED
    inclusion_probability: float | None = None

    def member(self, grade: int) -> int:
        """What the pair at a grade adds to the sum that the collection's digest is of."""
        return member_sum(f"{self.query_id}\t{self.doc_id}\t{grade}")


class GradedMeanwhile(UserError):
    """Somebody else graded the pair after it was looked at; nothing is changed.

    Attributes:
        grade: what it has now.
        by: who gave it, "" where that is not known.
    """

    def __init__(self, grade: int, by: str) -> None:
        super().__init__(f"{by or 'Somebody'} graded this {grade} meanwhile. Look at it, then grade again.")
        self.grade, self.by = grade, by


@dataclass(frozen=True, slots=True)
class Seen:
    """The grade that a person saw before giving another."""

    grade: int | None


def gold_set(
    collection: QueryCollection,
    label: PairLabel,
    *,
    user: User | None,
    now: datetime | None,
    seen: Seen | None = None,
) -> int | None:
    """Give one pair a grade, or take it back, as the collection's next gold version.

    Returns:
        The grade the pair had before, None where it had none. What it costs does not grow with the labels.

    Raises:
        GradedMeanwhile: the pair has a grade by somebody else, and not the one that was seen.
    """
    with transaction.atomic():
        collection = QueryCollection.objects.select_for_update().get(pk=collection.pk)
        current = collection.gold_labels.filter(removed_in=None)
        old = current.filter(query_id=label.query_id, doc_id=label.doc_id).first()
        before = old.grade if old else None
        if old and seen and old.grade != seen.grade and old.graded_by != user:
            raise GradedMeanwhile(old.grade, old.graded_by.get_username() if old.graded_by else "")
        if before == label.grade and not _says_more(label, old):
            return before
        total, n_gold = _sum(collection)
        collection.gold_version += 1
        if old:
            current.filter(pk=old.pk).update(removed_in=collection.gold_version)
            total, n_gold = total - label.member(old.grade), n_gold - 1
        if label.grade is not None:
            _label(collection, label, label.grade, user, now).save()
            total, n_gold = total + label.member(label.grade), n_gold + 1
        collection.gold_sum, collection.gold_digest = sum_text(total), sum_digest(total)
        collection.n_gold = n_gold
        collection.save()
    return before


def _says_more(label: PairLabel, old: GoldLabel | None) -> bool:
    """Whether an equal grade is worth a new label: only one that was drawn could stand for others."""
    sample = GoldLabel.Selection.SAMPLE
    return old is not None and label.selection == sample != old.selection


def _sum(collection: QueryCollection) -> tuple[int, int]:
    """The sum that the collection's digest is of, and of how many; anew where only the digest was kept."""
    kept = int(collection.gold_sum or "0", 16)
    if sum_digest(kept) == collection.gold_digest:
        return kept, collection.n_gold
    rows = collection.gold_labels.filter(removed_in=None).values_list("query_id", "doc_id", "grade")
    sums = [PairLabel(query_id, doc_id, grade).member(grade) for query_id, doc_id, grade in rows]
    return sum(sums), len(sums)


def _label(
    collection: QueryCollection,
    label: PairLabel,
    grade: int,
    user: User | None,
    now: datetime | None,
) -> GoldLabel:
    return GoldLabel(
        collection=collection,
        query_id=label.query_id,
        doc_id=label.doc_id,
        grade=grade,
        selection=label.selection,
        inclusion_probability=label.inclusion_probability,
        graded_by=user,
        graded_at=now,
        added_in=collection.gold_version,
    )
