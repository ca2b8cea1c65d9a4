"""The score of each system from one campaign of a name to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evalhub.models import Campaign, Score
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.result.family import done_family, scored_rows
from evalhub.selectors.result.input_changes import InputChange, input_changes


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A campaign with its scores by one rater, by system name.

    Attributes:
        changes: since the campaign before it.
        scale: counts up where scores stop comparing with those before.
    """

    campaign: Campaign
    scores: dict[str, Score]
    changes: Sequence[InputChange]
    scale: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The campaigns of a name, oldest first, by one of the raters that they have."""

    rater: str
    raters: Sequence[str]
    systems: Sequence[str]
    points: Sequence[TrendPoint]

    @property
    def measures(self) -> list[str]:
        """What the scores are of; more than one where the cutoff changed."""
        return list(dict.fromkeys(score.measure for point in self.points for score in point.scores.values()))


def campaign_trend(campaign: Campaign, rater: str = "") -> Trend:
    """The trend of a campaign's name by the rater of that name, or by its first."""
    return trend_of(done_family(campaign), rater)


def trend_of(campaigns: list[Campaign], rater: str = "") -> Trend:
    """The trend of done campaigns, oldest first."""
    rows = scored_rows(campaigns, has_gold=False)
    raters = list(dict.fromkeys(name for row in reversed(rows) for name in row.rater_names.values()))
    chosen = rater if rater in raters else next(iter(raters), "")
    systems = list(dict.fromkeys(name for row in reversed(rows) for name in row.system_names.values()))
    return Trend(chosen, raters, systems, _points(rows, chosen))


def trend_rows(trend: Trend) -> list[dict[str, Any]]:
    """A row per campaign and system that has a score."""
    return [
        {
            "rater": trend.rater,
            "campaign": point.campaign.pk,
            "started": point.campaign.created_at.isoformat(),
            "system": name,
            "measure": score.measure,
            "value": score.value,
            "low": score.low,
            "high": score.high,
            "n_queries": score.n_queries,
            "coverage": score.coverage,
            "scale": point.scale,
            "changed": "; ".join(map(str, point.changes)),
        }
        for point in trend.points
        for name in trend.systems
        if (score := point.scores.get(name)) and score.value is not None
    ]


def _points(rows: list[CampaignRows], rater: str) -> list[TrendPoint]:
    # Before the first there is nothing; where no campaign is done, not even a first.
    changes = [[], *(input_changes(now, before) for before, now in pairwise(rows))][: len(rows)]
    points, scale = [], 0
    for row, changed in zip(rows, changes, strict=True):
        # Another rater's new version moves nothing that is drawn.
        seen = [change for change in changed if change.what != "rater" or change.name == rater]
        scale += any(change.is_break for change in seen)
        points.append(TrendPoint(row.campaign, _scores(row, rater), seen, scale))
    return points


def _scores(row: CampaignRows, rater: str) -> dict[str, Score]:
    found: dict[str, Score] = {}
    for score in row.scores:
        if score.rater_version_id and row.rater_names[score.rater_version_id] == rater:
            found.setdefault(row.system_names[score.system_id], score)
    return found
