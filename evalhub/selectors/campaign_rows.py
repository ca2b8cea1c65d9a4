"""The rows behind campaigns, each table read once however many campaigns, systems and raters there are."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

from evalhub.core.concordance import GOLD_LABELS
from evalhub.models import Campaign, CampaignRater, CampaignSystem, Comparison, GateRule, Job, Score
from evalhub.selectors.counted_jobs import CountedJob, campaigns_jobs

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)

# What some pages do without: each is a read.
GATE_RULES, GOLD_SCORES, COMPARISONS, JOBS = "gate_rules", "gold_scores", "comparisons", "jobs"
CHARTED = frozenset({GATE_RULES, JOBS})
LISTED = frozenset({GATE_RULES, GOLD_SCORES, COMPARISONS, JOBS})


@dataclass(frozen=True, slots=True)
class CampaignRows:
    """A campaign with what it asked for and what was found; no scores as long as it is not scored."""

    campaign: Campaign
    systems: list[CampaignSystem]
    raters: list[CampaignRater]
    gate_rules: list[GateRule]
    scores: list[Score]
    comparisons: list[Comparison]
    jobs: list[CountedJob]

    @property
    def system_names(self) -> dict[int, str]:
        """Names by system key, in the spec's order."""
        return {row.system_id: row.system.name for row in self.systems}

    @property
    def rater_names(self) -> dict[int, str]:
        """Names by rater version key, in the spec's order."""
        return {row.rater_version_id: row.name for row in self.raters}

    def rater_name(self, version_id: int | None) -> str:
        """The name of a rater version, of gold labels for None."""
        return GOLD_LABELS if version_id is None else self.rater_names[version_id]


def campaigns_rows(
    campaigns: Sequence[Campaign], *, leave_out: Collection[str] = frozenset()
) -> list[CampaignRows]:
    """The rows of each campaign, in the order given.

    Args:
        leave_out: the parts that are not read and come out empty.
    """
    of = {"campaign__in": campaigns}
    systems = _by(
        CampaignSystem.objects.filter(**of).select_related("system__embedding_model", "run"), _campaign
    )
    raters = _by(CampaignRater.objects.filter(**of).select_related("rater_version__rater"), _campaign)
    rules = _by([] if GATE_RULES in leave_out else GateRule.objects.filter(**of), _campaign)
    scored = {"job__in": {campaign.score_job_id for campaign in campaigns}, "job__state": Job.State.DONE}
    scores = _by(_scores(scored, leave_out), lambda row: row.job_id)
    comparisons = _by(
        [] if COMPARISONS in leave_out else Comparison.objects.filter(**scored).order_by("pk"),
        lambda row: row.job_id,
    )
    jobs = {} if JOBS in leave_out else campaigns_jobs([campaign.pk for campaign in campaigns])
    return [
        CampaignRows(
            campaign=campaign,
            systems=systems[campaign.pk],
            raters=raters[campaign.pk],
            gate_rules=rules[campaign.pk],
            scores=scores[campaign.score_job_id or 0],
            comparisons=comparisons[campaign.score_job_id or 0],
            jobs=jobs.get(campaign.pk, []),
        )
        for campaign in campaigns
    ]


def _scores(scored: dict[str, Any], leave_out: Collection[str]) -> QuerySet[Score]:
    scores = Score.objects.filter(**scored).order_by("pk")
    return scores.exclude(rater_version=None) if GOLD_SCORES in leave_out else scores


def _campaign(row: CampaignSystem | CampaignRater | GateRule) -> int:
    return row.campaign_id


def _by(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    grouped: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped
