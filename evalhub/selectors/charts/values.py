"""The scores of each query, by rater and system, of the measure a campaign is judged by."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from evalhub.core.concordance import GOLD_LABELS
from evalhub.models import Job, QueryScore
from evalhub.selectors.campaign_rows import CampaignRows

Values = dict[int, float]
"""By query key; queries without a value are left out."""


@dataclass(frozen=True)
class ChartData:
    """What charts of a campaign are made of; its queries' scores are read once, and only if needed."""

    rows: CampaignRows

    @cached_property
    def values(self) -> dict[str, dict[str, Values]]:
        """See `values_by_rater`."""
        return values_by_rater(self.rows)


def values_by_rater(rows: CampaignRows) -> dict[str, dict[str, Values]]:
    """Rater (GOLD_LABELS for the first measure on gold labels), then system, then query."""
    measures = _measures(rows)
    scores = QueryScore.objects.filter(
        job=rows.campaign.score_job_id,
        job__state=Job.State.DONE,
        measure__in=set(measures.values()),
        value__isnull=False,
    ).order_by("pk")
    found: dict[str, dict[str, Values]] = defaultdict(lambda: defaultdict(dict))
    columns = ("rater_version_id", "system_id", "query_id", "measure", "value")
    for rater_id, system_id, query_id, measure, value in scores.values_list(*columns).iterator():
        if measures.get(rater_id) == measure:
            rater = rows.rater_names[rater_id] if rater_id else GOLD_LABELS
            found[rater][rows.system_names[system_id]][query_id] = value
    names = list(rows.system_names.values())
    return {rater: {name: found[rater][name] for name in names} for rater in found}


def compared_pairs(rows: CampaignRows, rater: str) -> list[tuple[str, str]]:
    """(system, baseline) as the campaign's comparisons have them."""
    key = next((key for key, name in rows.rater_names.items() if name == rater), None)
    pairs = [
        (rows.system_names[row.system_id], rows.system_names[row.baseline_id])
        for row in rows.comparisons
        if row.rater_version_id == key
    ]
    return list(dict.fromkeys(pairs))


def _measures(rows: CampaignRows) -> dict[int | None, str]:
    """The first measure of each rater, and of gold labels under None."""
    found: dict[int | None, str] = {}
    for score in rows.scores:
        found.setdefault(score.rater_version_id, score.measure)
    return found
