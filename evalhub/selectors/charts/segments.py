"""The score within each query tag."""

from collections import defaultdict
from statistics import fmean
from typing import Any

from evalhub.core.intervals import bootstrap_interval
from evalhub.models import Query
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.charts.values import ChartData, Values

MOST_TAGS = 30
SEED = 0  # of the bootstrap


def segment_rows(chart: ChartData) -> list[dict[str, Any]]:
    """Mean and 95% interval of each system over the queries of a tag; the tags with most queries first."""
    tagged = _tagged(chart.rows)
    return [
        {"rater": rater, "tag": tag, "system": system, **_mean(values, queries)}
        for rater, systems in chart.values.items()
        for tag, queries in tagged.items()
        for system, values in systems.items()
        if not queries.isdisjoint(values)
    ]


def _tagged(rows: CampaignRows) -> dict[str, set[int]]:
    campaign = rows.campaign
    found: dict[str, set[int]] = defaultdict(set)
    queries = Query.objects.filter(collection=campaign.collection_id, queryscore__job=campaign.score_job_id)
    for key, tags in queries.distinct().values_list("pk", "tags"):
        for tag in tags:
            found[tag].add(key)
    largest = sorted(found, key=lambda tag: (-len(found[tag]), tag))[:MOST_TAGS]
    return {tag: found[tag] for tag in largest}


def _mean(values: Values, queries: set[int]) -> dict[str, Any]:
    mine = [values[query] for query in sorted(queries & values.keys())]
    interval = bootstrap_interval(mine, seed=SEED)
    return {
        "value": fmean(mine),
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "n_queries": len(mine),
    }
