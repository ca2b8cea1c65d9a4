"""Whether a rater puts the systems of finished campaigns in the order that people or another rater do."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from evalhub.core.agreement.figure import estimate
from evalhub.core.agreement.systems import system_order
from evalhub.core.trained_on import digests_of_query
from evalhub.core.types import FloatArray
from evalhub.models import Campaign, Job, Query, QueryCollection, QueryScore, RaterVersion

MOST_CAMPAIGNS = 20

Json = dict[str, Any]
Values = dict[tuple[int, int], float | None]
"""By query key and system key."""


def system_orders(
    version: RaterVersion,
    collection: QueryCollection,
    other: RaterVersion | None,
    trained: frozenset[str],
    *,
    seed: int,
) -> list[Json]:
    """Kendall's tau-b of each campaign over the collection that has two systems and both scores.

    The rater's score is PWAS at the campaign's cutoff; people's is nDCG there, another rater's is PWAS.
    Campaigns that share their scores are one row, the newest; the newest twenty are there.
    """
    return [
        row
        for campaign in _campaigns(version, collection, other)
        if (row := _row(campaign, version, other, trained, seed)) is not None
    ]


def _campaigns(
    version: RaterVersion, collection: QueryCollection, other: RaterVersion | None
) -> Iterator[Campaign]:
    rows = Campaign.objects.filter(
        collection=collection, score_job__state=Job.State.DONE, campaign_raters__rater_version=version
    )
    if other is not None:
        rows = rows.filter(pk__in=Campaign.objects.filter(campaign_raters__rater_version=other).values("pk"))
    seen: set[int | None] = set()
    for campaign in rows.order_by("-pk")[:MOST_CAMPAIGNS]:
        if campaign.score_job_id not in seen:
            seen.add(campaign.score_job_id)
            yield campaign


def _row(
    campaign: Campaign,
    version: RaterVersion,
    other: RaterVersion | None,
    trained: frozenset[str],
    seed: int,
) -> Json | None:
    measure = f"PWAS@{campaign.cutoff}"
    reference_measure = measure if other else f"nDCG@{campaign.cutoff}"
    systems = list(campaign.campaign_systems.values_list("system_id", "system__name"))
    ours, theirs = _values(campaign, version, measure), _values(campaign, other, reference_measure)
    if len(systems) < 2 or not ours or not theirs:
        return None
    queries = sorted({query for query, _ in [*ours, *theirs]} - _trained_queries(campaign, trained))
    sides = [_table(values, queries, [key for key, _ in systems]) for values in (ours, theirs)]
    return {
        "campaign": {"id": campaign.pk, "name": campaign.name},
        "measure": measure,
        "reference_measure": reference_measure,
        "n_systems": len(systems),
        "tau": asdict(estimate(system_order(*sides), seed=seed)),
        "systems": _means(sides, [name for _, name in systems]),
    }


def _values(campaign: Campaign, version: RaterVersion | None, measure: str) -> Values:
    rows = QueryScore.objects.filter(job=campaign.score_job_id, rater_version=version, measure=measure)
    keyed = rows.values_list("query_id", "system_id", "value").iterator()
    return {(query, system): value for query, system, value in keyed}


def _trained_queries(campaign: Campaign, trained: frozenset[str]) -> set[int]:
    if not trained:
        return set()
    rows = Query.objects.filter(collection=campaign.collection_id).values_list("pk", "text", "need")
    return {
        key for key, text, need in rows.iterator() if not trained.isdisjoint(digests_of_query(text, need))
    }


def _table(values: Values, queries: list[int], systems: list[int]) -> FloatArray:
    rows = [[values.get((query, system)) for system in systems] for query in queries]
    return np.array(rows, dtype=np.float64).reshape(len(queries), len(systems))  # None becomes nan


def _means(sides: list[FloatArray], names: list[str]) -> list[Json]:
    """The means that the order is taken from: over the queries where both sides are defined."""
    is_defined = ~(np.isnan(sides[0]) | np.isnan(sides[1]))
    counts = is_defined.sum(axis=0)
    ours, theirs = (np.where(is_defined, side, 0.0).sum(axis=0) for side in sides)
    return [
        {
            "name": name,
            "rater": float(ours[place] / n) if n else None,
            "reference": float(theirs[place] / n) if n else None,
            "n_queries": int(n),
        }
        for place, (name, n) in enumerate(zip(names, counts.tolist(), strict=True))
    ]
