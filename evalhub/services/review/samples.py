"""Draw a probability sample of a queue's pairs: labels of it stand for the pairs that nobody looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet

from evalhub.models import GoldLabel, HumanGrade, Job, ReviewItem, ReviewQueue
from evalhub.services.known_ids import batches
from evalhub.services.review.queues import UnableToReview


@dataclass(frozen=True, slots=True)
class Sample:
    """A simple random sample without replacement: each pair had the probability n / n_population."""

    n: int
    n_population: int

    @property
    def inclusion_probability(self) -> float:
        """Of every pair of the population."""
        return self.n / self.n_population


def review_sample_draw(queue: ReviewQueue, n: int, *, seed: int) -> Sample:
    """Draw n open pairs, each with the same probability, or n more of the same population.

    A second draw extends the first as long as none of the pairs that were left out has been settled since:
    both draws together are then a simple random sample of the first one's population, and its larger
    probability is recorded for all of them, labels that were given since included.

    Args:
        n: how many pairs, beside those drawn before.
        seed: of the draw.

    Raises:
        UnableToReview: there are fewer open pairs, or the sample can not be extended; nothing is changed.
    """
    with transaction.atomic():
        # Locked, so that two draws do not share a population.
        ReviewQueue.objects.select_for_update().get(pk=queue.pk)
        items = ReviewItem.objects.filter(queue=queue)
        drawn = items.exclude(inclusion_probability=None)
        left = items.filter(state=ReviewItem.State.OPEN, inclusion_probability=None)
        offered = list(left.order_by("query", "document").values_list("pk", flat=True))
        _check_filled(queue)
        _check(n, len(offered), drawn)
        sample = Sample(n + drawn.count(), len(offered) + drawn.count())
        places = np.random.default_rng(seed).choice(len(offered), size=n, replace=False)
        before = list(drawn.values_list("pk", flat=True))
        _record([*before, *(offered[at] for at in sorted(places.tolist()))], sample)
        if before:
            _record_on_labels(queue, before, sample)
    return sample


def review_sample_undo(queue: ReviewQueue) -> None:
    """Forget a sample of which no pair was graded yet.

    Raises:
        UnableToReview: people graded pairs of it; nothing is changed.
    """
    with transaction.atomic():
        ReviewQueue.objects.select_for_update().get(pk=queue.pk)
        drawn = ReviewItem.objects.filter(queue=queue).exclude(inclusion_probability=None)
        n_graded = (
            drawn.filter(human_grades__withdrawn_at=None, human_grades__isnull=False).distinct().count()
        )
        if n_graded:
            raise UnableToReview(
                f"{n_graded:,} pairs of the sample are graded, and their labels say with what probability "
                "they were drawn: the sample stays",
                "n",
            )
        drawn.update(inclusion_probability=None)


def _check_filled(queue: ReviewQueue) -> None:
    if queue.job is not None and queue.job.state != Job.State.DONE:
        raise UnableToReview(
            f"the job that collects the pairs is {queue.job.state}: a sample can be drawn once all pairs are "
            "there"
        )


def _check(n: int, n_offered: int, drawn: QuerySet[ReviewItem]) -> None:
    if n < 1:
        raise UnableToReview(f"a sample of {n} pairs is none; draw at least 1", "n")
    first = drawn.first()
    if first is not None and first.inclusion_probability is not None:
        n_drawn = drawn.count()
        n_population = round(n_drawn / first.inclusion_probability)
        if n_drawn + n_offered != n_population:
            raise UnableToReview(
                f"a sample of {n_drawn:,} of {n_population:,} pairs was drawn, and "
                f"{n_population - n_drawn - n_offered:,} of the others were graded since: the rest no longer "
                "stands for all, so the sample can not grow. Review what was drawn, or draw from the review "
                "of another campaign",
                "n",
            )
    if n > n_offered:
        raise UnableToReview(
            f"{n:,} pairs can not be drawn from {n_offered:,} open ones; draw at most {n_offered:,}", "n"
        )


def _record(pks: Sequence[int], sample: Sample) -> None:
    for batch in batches(pks):
        ReviewItem.objects.filter(pk__in=batch).update(inclusion_probability=sample.inclusion_probability)


def _record_on_labels(queue: ReviewQueue, pks: Sequence[int], sample: Sample) -> None:
    """Labels of the first draw belong to the larger sample now."""
    probability = sample.inclusion_probability
    collection = queue.campaign.collection_id
    wanted: set[tuple[str, str]] = set()
    for batch in batches(pks):
        rows = ReviewItem.objects.filter(pk__in=batch)
        wanted.update(rows.values_list("query__query_id", "document__doc_id"))
        graded = HumanGrade.objects.filter(item__in=batch, selection=HumanGrade.Selection.SAMPLE)
        graded.update(inclusion_probability=probability)
    labels = GoldLabel.objects.filter(
        Q(removed_in=None), collection=collection, selection=GoldLabel.Selection.SAMPLE
    )
    found = labels.values_list("pk", "query_id", "doc_id")
    for batch in batches([pk for pk, query_id, doc_id in found if (query_id, doc_id) in wanted]):
        GoldLabel.objects.filter(pk__in=batch).update(inclusion_probability=probability)
