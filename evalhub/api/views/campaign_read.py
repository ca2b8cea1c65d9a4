"""The pages around a campaign's result by REST: trend, changes, so far, query by query, charts."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.asked import AskedView, after_of
from evalhub.api.base import ApiView
from evalhub.api.faults import request_error
from evalhub.api.serializers.campaign_read import (
    CampaignChangesSerializer,
    ChangesFilterSerializer,
    ChartRowsSerializer,
    ComparisonsFilterSerializer,
    ComparisonsSerializer,
    RaterFilterSerializer,
    SoFarSerializer,
    TrendSerializer,
)
from evalhub.core.breakdowns import TIE
from evalhub.core.suggest import did_you_mean
from evalhub.models import Campaign
from evalhub.selectors.campaign_rows import CHARTED, campaigns_rows
from evalhub.selectors.charts.by_rank import by_rank_rows
from evalhub.selectors.charts.differences import difference_rows
from evalhub.selectors.charts.frontier import frontier_rows
from evalhub.selectors.charts.outcomes import outcome_rows, spread_rows
from evalhub.selectors.charts.segments import segment_rows
from evalhub.selectors.charts.values import ChartData
from evalhub.selectors.query_view.table import QueryLine, QueryTable, query_table
from evalhub.selectors.result.changes import campaign_changes, earlier_campaigns
from evalhub.selectors.result.scores_so_far import scores_so_far_kept
from evalhub.selectors.result.trend import Trend, campaign_trend

CAMPAIGNS = Campaign.objects.select_related("snapshot__corpus", "collection", "score_job")
CHARTS: dict[str, Callable[[ChartData], list[dict[str, Any]]]] = {
    "differences": difference_rows,
    "outcomes": outcome_rows,
    "spread": spread_rows,
    "by-rank": by_rank_rows,
    "segments": segment_rows,
    "frontier": frontier_rows,
}
OUTCOMES = {"win": "first", "tie": "tie", "loss": "second"}


class TrendView(AskedView):
    """A name's campaigns."""

    @extend_schema(parameters=[RaterFilterSerializer], responses=TrendSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show the scores from one campaign of this name to the next, with what changed between them."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        asked = self.parameters(RaterFilterSerializer)
        trend = campaign_trend(campaign, asked.get("rater", ""))
        _check_rater(asked.get("rater"), trend.raters)
        return Response(TrendSerializer(_trend(trend)).data)


class ChangesView(AskedView):
    """Since last time."""

    @extend_schema(parameters=[ChangesFilterSerializer], responses=CampaignChangesSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show what changed since an earlier campaign of this name: inputs, scores, queries that moved."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        asked = self.parameters(ChangesFilterSerializer)
        earlier = earlier_campaigns(campaign) if campaign.state == Campaign.State.DONE else []
        before = next(iter(earlier), None)
        if (key := asked.get("against")) is not None:
            before = next((one for one in earlier if one.pk == key), None)
            if before is None:
                problem = f"campaign {key} is no earlier done one of this name"
                raise request_error("against", problem, "Take one of `earlier`.")
        changes = campaign_changes(campaign, before, asked.get("rater", "")) if before else None
        if changes:
            _check_rater(asked.get("rater"), changes.raters)
        return Response(CampaignChangesSerializer({"earlier": earlier, "changes": changes}).data)


class SoFarView(ApiView):
    """Scores of a campaign that is not done."""

    @extend_schema(responses=SoFarSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show the scores over what is rated so far, at most some seconds old."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        shown = {"state": campaign.state, "scores": scores_so_far_kept(campaign)}
        return Response(SoFarSerializer(shown).data)


class ComparisonsView(AskedView):
    """Query by query."""

    @extend_schema(
        operation_id="campaigns_comparisons",
        parameters=[ComparisonsFilterSerializer],
        responses=ComparisonsSerializer,
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        """List on which queries a system wins, ties and loses against another, in a chosen order."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        asked = self.parameters(ComparisonsFilterSerializer)
        number = after_of(asked.pop("cursor", "")) or "1"
        table = query_table(campaign, {**_choice(campaign, asked), "page": number})
        _check_rater(asked.get("rater"), [scale.name for scale in table.choices.scales])
        following = str(table.page.number + 1) if table.page.has_next() else ""
        return Response(ComparisonsSerializer(_page(table, self.following(following))).data)


class ChartView(AskedView):
    """The rows of a chart; the address says which."""

    chart: ClassVar[str] = "differences"

    @extend_schema(parameters=[RaterFilterSerializer], responses=ChartRowsSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show what a chart is drawn from; empty as long as there is nothing to draw."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        rater = self.parameters(RaterFilterSerializer).get("rater")
        (rows,) = campaigns_rows([campaign], leave_out=CHARTED)
        found = CHARTS[self.chart](ChartData(rows))
        shown = [row for row in found if rater is None or row["rater"] == rater]
        return Response(ChartRowsSerializer({"results": shown}).data)


def _trend(trend: Trend) -> dict[str, Any]:
    points = [
        {
            "campaign": point.campaign,
            "scale": point.scale,
            "changes": point.changes,
            "scores": [_score(name, point.scores[name]) for name in trend.systems if name in point.scores],
        }
        for point in trend.points
    ]
    return {"rater": trend.rater, "raters": trend.raters, "systems": trend.systems, "points": points}


def _score(name: str, score: Any) -> dict[str, Any]:
    fields = ("measure", "value", "low", "high", "n_queries", "coverage")
    return {"system": name, **{field: getattr(score, field) for field in fields}}


def _check_rater(rater: str | None, raters: Sequence[str]) -> None:
    """Refuse a name that is none of the campaign's, which a page would pass over."""
    if rater is not None and rater not in raters:
        remedy = did_you_mean(rater, raters).strip() or f"There are: {', '.join(raters)}."
        raise request_error("rater", f'no rater "{rater[:100]}" here', remedy)


def _choice(campaign: Campaign, asked: dict[str, Any]) -> dict[str, str]:
    """The same question as the page of queries has it."""
    found = {name: asked[name] for name in ("rater", "sort", "q", "tag", "unrated") if name in asked}
    keys = dict(campaign.campaign_systems.values_list("system__name", "system_id"))
    for name, parameter in (("system", "a"), ("baseline", "b")):
        if name in asked:
            found[parameter] = _key(name, asked[name], keys)
    if found.get("a") is not None and found.get("a") == found.get("b"):
        raise request_error("baseline", "a system against itself differs nowhere", "Name another.")
    if "outcome" in asked:
        found["outcome"] = OUTCOMES[asked["outcome"]]
    return found


def _key(field: str, name: str, keys: dict[str, int]) -> str:
    if name not in keys:
        remedy = did_you_mean(name, keys).strip() or f"There are: {', '.join(keys)}."
        raise request_error(field, f'the campaign has no system "{name[:100]}"', remedy)
    return str(keys[name])


def _page(table: QueryTable, following: str | None) -> dict[str, Any]:
    chosen, systems = table.choices.chosen, table.choices.systems
    return {
        "rater": chosen.scale.name,
        "measure": chosen.scale.measure,
        "system": chosen.first.name,
        "baseline": chosen.second.name if chosen.is_compared else None,
        "count": table.page.paginator.count,
        "next": following,
        "previous": None,
        "results": [_line(line, [one.name for one in systems]) for line in table.lines],
    }


def _line(line: QueryLine, names: Sequence[str]) -> dict[str, Any]:
    difference = line.record.get("difference")
    return {
        "query_id": line.query.query_id,
        "text": line.query.shown,  # type: ignore[attr-defined]  # annotated
        "tags": line.query.tags,
        "difference": difference,
        "outcome": _outcome(difference),
        "disagreement": line.disagreement,
        "values": [
            {"system": name, "value": score.value if score else None}
            for name, score in zip(names, line.values, strict=True)
        ],
    }


def _outcome(difference: float | None) -> str | None:
    if difference is None:
        return None
    return "win" if difference > TIE else "loss" if difference < -TIE else "tie"
