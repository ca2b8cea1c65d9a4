"""Review queues as the job would leave them, over campaigns that other tests make."""

from typing import Any

from evalhub.models import (
    Campaign,
    Hit,
    ItemGrade,
    ItemPlace,
    Judgment,
    ReviewItem,
    ReviewQueue,
)

WEIGHT_OF_RANK = {1: 0.05, 2: 0.03, 3: 0.025, 4: 0.02, 5: 0.015}


def make_queue(campaign: Campaign, *, n_wanted: int = 1, **fields: Any) -> ReviewQueue:
    """The pooled pairs of a campaign with its raters' grades; the order by influence has no ties."""
    # A campaign that is done asked for a job that fills its queue; here it is filled by hand.
    made = {"max_grade": 3, "seed": 1, "job": None, **fields}
    queue, _ = ReviewQueue.objects.update_or_create(campaign=campaign, defaults=made)
    hits = Hit.objects.filter(run__campaignsystem__campaign=campaign, rank__lte=campaign.cutoff)
    pairs: dict[tuple[int, int], list[Hit]] = {}
    for hit in hits.select_related("run", "query", "document").order_by("query__query_id", "rank", "pk"):
        pairs.setdefault((hit.query_id, hit.document_id), []).append(hit)
    for at, found in enumerate(pairs.values()):
        _item(queue, campaign, at, found, n_wanted)
    return queue


def _item(queue: ReviewQueue, campaign: Campaign, at: int, hits: list[Hit], n_wanted: int) -> None:
    hit = hits[0]
    item = ReviewItem.objects.create(
        queue=queue,
        query=hit.query,
        document=hit.document,
        swing=0.05,
        gap=1 / 3,
        uncertainty=None,
        influence=1 / (1000 + at),
        tie_break=(at * 7919) % 10_007,
        n_wanted=n_wanted,
    )
    judgments = Judgment.objects.filter(
        query_digest=hit.query.digest,
        document_digest=hit.document.digest,
        state="graded",
        rater_version__in=campaign.campaign_raters.values("rater_version"),
    )
    ItemGrade.objects.bulk_create(
        ItemGrade(
            item=item, rater_version_id=one.rater_version_id, grade=one.grade or 0, gain=one.gain or 0.0
        )
        for one in judgments
    )
    ItemPlace.objects.bulk_create(
        ItemPlace(item=item, system_id=one.run.system_id, rank=one.rank, weight=WEIGHT_OF_RANK[one.rank])
        for one in hits
    )
