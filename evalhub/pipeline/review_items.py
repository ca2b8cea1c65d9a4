"""Fill a review queue: every pooled pair with its places, what graders said, and what a label would change.

Done is done: a pair that is there already is left as it is, whatever people did with it since.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from django.db import transaction

from evalhub.core.influence import disagreement, gap, swing
from evalhub.models import ItemGrade, ItemPlace, Job, Query, ReviewItem, ReviewQueue, WorkUnit
from evalhub.pipeline.kind import Progress, UnitPlan
from evalhub.pipeline.review_pairs import Pair, PooledPair, ReviewInputs, pooled_pairs
from evalhub.selectors.documents import collection_queries
from evalhub.services.review.overlap import overlap_mark

QUERIES_PER_UNIT = 200
QUERY_BATCH = 20
BATCH = 500
TIE_BREAKS = 2**31 - 1  # the largest key of an order that databases have
DIGITS = 12  # the same pair twice is a tie, in whatever order its weights were subtracted


def plan(job: Job) -> Iterable[UnitPlan]:
    """Units of some queries each."""
    campaign = _queue(job).campaign
    queries = collection_queries(campaign.collection, campaign.collection_version)
    keys = sorted(queries.values_list("pk", flat=True))
    for start in range(0, len(keys), QUERIES_PER_UNIT):
        mine = keys[start : start + QUERIES_PER_UNIT]
        yield UnitPlan({"queries": mine}, len(mine))


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Fill in the pairs of the unit's queries, a few queries at a time."""
    inputs = ReviewInputs.load(_queue(job))
    keys = unit.payload["queries"]
    for start in range(0, len(keys), QUERY_BATCH):
        batch = Query.objects.filter(pk__in=keys[start : start + QUERY_BATCH]).order_by("pk")
        _store(inputs, pooled_pairs(inputs, list(batch)))
        progress(min(start + QUERY_BATCH, len(keys)))


def complete(job: Job) -> None:
    """Choose whom to ask twice, now that all pairs are known."""
    queue = _queue(job)
    if queue.overlap_share:
        overlap_mark(queue)


def _queue(job: Job) -> ReviewQueue:
    rows = ReviewQueue.objects.select_related("campaign__collection", "campaign__snapshot")
    return rows.get(pk=job.params["queue"])


def _store(inputs: ReviewInputs, pairs: Sequence[PooledPair]) -> None:
    """In one transaction, so that a pair that is there is there with all that belongs to it."""
    queries = {pair.query.pk for pair in pairs}
    rows = ReviewItem.objects.filter(queue=inputs.queue, query__in=queries)
    with transaction.atomic():
        there = set(rows.values_list("query_id", "document_id"))
        items = [item for item in _items(inputs, pairs) if (item.query_id, item.document_id) not in there]
        ReviewItem.objects.bulk_create(items, batch_size=BATCH, ignore_conflicts=True)
        item_of = {(row[1], row[2]): row[0] for row in rows.values_list("pk", "query_id", "document_id")}
        new = [pair for pair in pairs if (pair.query.pk, pair.document_id) not in there]
        ItemPlace.objects.bulk_create(_places(inputs, new, item_of), batch_size=BATCH, ignore_conflicts=True)
        ItemGrade.objects.bulk_create(_grades(new, item_of), batch_size=BATCH, ignore_conflicts=True)


def _items(inputs: ReviewInputs, pairs: Sequence[PooledPair]) -> Iterator[ReviewItem]:
    by_query: dict[int, list[PooledPair]] = {}
    for pair in pairs:
        by_query.setdefault(pair.query.pk, []).append(pair)
    for query_id, mine in by_query.items():
        # Of its own for each query: units and their order change no draw.
        rng = np.random.default_rng([inputs.queue.seed, query_id])
        for pair, tie_break in zip(mine, rng.integers(TIE_BREAKS, size=len(mine)).tolist(), strict=True):
            yield _item(inputs, pair, tie_break)


def _item(inputs: ReviewInputs, pair: PooledPair, tie_break: int) -> ReviewItem:
    weights = [inputs.parts[rank - 1] for rank in pair.ranks.values()]
    most = swing(weights, len(inputs.systems))
    apart = gap([said.gain for said in pair.said])
    unsure = max((said.uncertainty for said in pair.said if said.uncertainty is not None), default=None)
    is_settled = pair.label is not None
    return ReviewItem(
        queue=inputs.queue,
        query_id=pair.query.pk,
        document_id=pair.document_id,
        swing=round(most, DIGITS),
        gap=None if apart is None else round(apart, DIGITS),
        uncertainty=None if unsure is None else round(unsure, DIGITS),
        influence=round(most * disagreement(apart, unsure), DIGITS),
        tie_break=tie_break,
        state=ReviewItem.State.SETTLED if is_settled else ReviewItem.State.OPEN,
        grade=pair.label,
    )


def _places(
    inputs: ReviewInputs, pairs: Iterable[PooledPair], item_of: dict[Pair, int]
) -> Iterator[ItemPlace]:
    for pair in pairs:
        item_id = item_of[pair.query.pk, pair.document_id]
        for system_id, rank in pair.ranks.items():
            weight = inputs.parts[rank - 1]
            yield ItemPlace(item_id=item_id, system_id=system_id, rank=rank, weight=weight)


def _grades(pairs: Iterable[PooledPair], item_of: dict[Pair, int]) -> Iterator[ItemGrade]:
    for pair in pairs:
        item_id = item_of[pair.query.pk, pair.document_id]
        for said in pair.said:
            yield ItemGrade(
                item_id=item_id, rater_version_id=said.version_id, grade=said.grade, gain=said.gain
            )
