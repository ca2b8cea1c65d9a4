"""Preview another rater version: it rates a sample of past campaigns' pairs; what would flip is estimated."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from math import sqrt
from statistics import fmean

import numpy as np
from django.db import transaction

from evalhub.core.preview import allocate, draw
from evalhub.models import (
    FlipPreview,
    Job,
    Judgment,
    PreviewCampaign,
    PreviewPair,
    PreviewStratum,
    RaterVersion,
    WorkUnit,
)
from evalhub.pipeline.budget import affordable_count
from evalhub.pipeline.judgments import PairDigests, judgments_request, judgments_states
from evalhub.pipeline.kind import Progress, UnableToProceed, UnitPlan
from evalhub.pipeline.preview_estimate import estimate_campaign
from evalhub.pipeline.preview_pool import PairKeys, Pool, load_pool
from evalhub.pipeline.rate import rate_unit, unit_pairs
from raters.cost import worst_cost_usd
from raters.protocol import RateRequest
from raters.spec import RaterSpec

Members = dict[tuple[PreviewCampaign, int | None], list[PairKeys]]
"""The pairs of each stratum: of a campaign, and of a grade by the old version."""


def plan(job: Job) -> Iterable[UnitPlan]:
    """Draw the sample and split what is not rated yet, or one unit for the estimates."""
    preview = _preview(job)
    if job.params["step"] == "estimate":
        yield UnitPlan(n_items=preview.campaigns.count())
        return
    pools = {part: load_pool(part.campaign, preview.old) for part in _parts(preview)}
    members = _members(pools)
    sampled = _sample(preview, pools, members)
    digests = {pair: pools[part].digests[pair] for (part, _), pairs in sampled.items() for pair in pairs}
    states = judgments_states(preview.new, [*digests.values()])
    judgments_request(preview.new, (pair for pair in digests.values() if pair not in states))
    _store(preview, members, sampled)
    # Of pairs of equal texts one is enough: they are one judgment.
    open_pairs = {
        key: pair for pair, key in digests.items() if states.get(key) in (None, Judgment.State.PENDING)
    }
    yield from _units(preview.new, iter(sorted(open_pairs.values())))


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Rate the unit's pairs as a campaign would, or estimate campaign by campaign."""
    preview = _preview(job)
    if job.params["step"] == "rate":
        rate_unit(preview.new, unit, progress, _within_budget)
        return
    for n_done, part in enumerate(_parts(preview), 1):
        estimate_campaign(preview, part)
        progress(n_done)


def complete(job: Job) -> None:
    """Nothing: the figures are read once the job is done."""


def _preview(job: Job) -> FlipPreview:
    return FlipPreview.objects.select_related("old", "new").get(pk=job.params["preview"])


def _parts(preview: FlipPreview) -> list[PreviewCampaign]:
    return list(preview.campaigns.select_related("campaign__collection").order_by("campaign"))


def _members(pools: Mapping[PreviewCampaign, Pool]) -> Members:
    members: Members = defaultdict(list)
    for part, pool in pools.items():
        for pair in pool.digests:
            members[part, pool.grade_of(pair)].append(pair)
    return dict(sorted(members.items(), key=lambda row: (row[0][0].campaign_id, str(row[0][1]))))


def _sample(
    preview: FlipPreview, pools: Mapping[PreviewCampaign, Pool], members: Members
) -> dict[tuple[PreviewCampaign, int | None], list[PairKeys]]:
    sizes = [len(pairs) for pairs in members.values()]
    spreads = [
        sqrt(fmean(pools[part].swing(pair) ** 2 for pair in pairs)) / max(1, len(pools[part].queries))
        for (part, _), pairs in members.items()
    ]
    counts = allocate(sizes, spreads, preview.n_pairs)
    places = draw(sizes, counts, np.random.default_rng(preview.seed))
    return {
        key: [pairs[place] for place in chosen]
        for (key, pairs), chosen in zip(members.items(), places, strict=True)
    }


def _store(preview: FlipPreview, members: Members, sampled: Members) -> None:
    """Write the sample down; a second delivery of the plan writes the same."""
    with transaction.atomic():
        PreviewStratum.objects.filter(part__preview=preview).delete()
        for (part, grade), pairs in members.items():
            chosen = sampled[part, grade]
            stratum = PreviewStratum.objects.create(
                part=part, grade=grade, n_pairs=len(pairs), n_sampled=len(chosen)
            )
            PreviewPair.objects.bulk_create(
                PreviewPair(stratum=stratum, query_id=query, document_id=document)
                for query, document in chosen
            )


def _units(version: RaterVersion, pairs: Iterator[PairKeys]) -> Iterator[UnitPlan]:
    # A hosted rater's pairs are one unit: nobody else then spends of the preview's budget at the same time.
    size = None if version.kind == "hosted" else unit_pairs(version)
    while part := list(islice(pairs, size)):
        yield UnitPlan({"pairs": part}, n_items=len(part))


def _within_budget(
    unit: WorkUnit, spec: RaterSpec, requests: Mapping[PairDigests, RateRequest]
) -> Iterator[list[PairDigests]]:
    """Parts of the pairs that the preview's budget pays for at the worst.

    Raises:
        UnableToProceed: the next call could pass it.
    """
    rating = unit.job
    budget = FlipPreview.objects.values_list("budget_usd", flat=True).get(pk=rating.params["preview"])
    pairs = list(requests)
    worst_usd = [worst_cost_usd(spec, request) for request in requests.values()]
    start = 0
    while start < len(pairs):
        n_paid = len(pairs) - start
        if budget is not None and any(worst_usd):
            rating.refresh_from_db(fields=["spent_usd"])
            n_paid, _ = affordable_count(worst_usd[start:], budget - rating.spent_usd)
            if not n_paid:
                raise UnableToProceed(
                    f"the budget is used up: ${rating.spent_usd:.4f} of ${budget:.4f} are spent and the next "
                    f"call can cost ${worst_usd[start]:.4f}. Grades so far are kept; ask again with a larger "
                    "budget"
                )
        yield pairs[start : start + n_paid]
        start += n_paid
