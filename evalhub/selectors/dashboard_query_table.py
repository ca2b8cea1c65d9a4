"""Queries of a campaign side by side: the value of each system, in a chosen order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, FloatField, Max, Min, Q, QuerySet, Sum
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, NullIf, Substr

from evalhub.models import Campaign, CampaignRater, Job, QueryScore, System
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.order import codepoint_order
from evalhub.selectors.panel_members import campaign_raters

QUERIES_PER_PAGE = 50
SHOWN_CHARACTERS = 200

Sort = Literal["query", "spread", "lowest", "coverage"]
SORTS: dict[Sort, str] = {
    "query": "query id",
    "spread": "largest spread",
    "lowest": "lowest value",
    "coverage": "lowest coverage",
}
Record = dict[str, Any]
_ORDERS: dict[Sort, list[OrderBy]] = {
    "query": [],
    "spread": [F("spread").desc(nulls_last=True)],
    "lowest": [F("lowest").asc(nulls_last=True)],
    "coverage": [F("coverage").asc(nulls_last=True)],
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Whose values are shown: a rater's, or those on gold labels where `rater_version_id` is None."""

    name: str
    measure: str
    rater_version_id: int | None
    max_grade: int | None


@dataclass(frozen=True, slots=True)
class QueryChoice:
    """Which queries, in which order; `search` is part of the query's text or id."""

    scale: Scale
    sort: Sort
    search: str

    @property
    def address(self) -> str:
        """The same choice as the query string of an address."""
        return urlencode({"rater": self.scale.name, "sort": self.sort, "q": self.search})


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A query with its value per system (in the table's order of systems)."""

    query: Record
    values: Sequence[QueryScore | None]


@dataclass(frozen=True, slots=True)
class QueryTable:
    """A page of queries."""

    campaign: Campaign
    scales: Sequence[Scale]
    choice: QueryChoice
    systems: Sequence[System]
    page: Page[Record]
    lines: Sequence[QueryLine]
    is_scored: bool
    sorts: Sequence[tuple[Sort, str]] = tuple(SORTS.items())


def campaign_scales(campaign: Campaign, raters: Sequence[CampaignRater]) -> list[Scale]:
    """The campaign's raters in order, then gold labels where it had any."""
    measure = f"PWAS@{campaign.cutoff}"
    scales = [Scale(row.name, measure, row.rater_version_id, row.rater_version.max_grade) for row in raters]
    if campaign.gold_version:
        scales.append(Scale("gold labels", f"nDCG@{campaign.cutoff}", None, None))
    return scales


def query_choice(scales: Sequence[Scale], given: Mapping[str, str]) -> QueryChoice:
    """What an address asks for; what it does not know falls back to the first rater and query ids."""
    scale = next((scale for scale in scales if scale.name == given.get("rater")), scales[0])
    sort: Sort = next((sort for sort in SORTS if sort == given.get("sort")), "query")
    return QueryChoice(scale, sort, given.get("q", "").strip()[:SHOWN_CHARACTERS])


def query_table(campaign: Campaign, given: Mapping[str, str]) -> QueryTable:
    """The page of queries that the address parameters ask for."""
    scales = campaign_scales(campaign, campaign_raters(campaign))
    choice = query_choice(scales, given)
    systems = [row.system for row in campaign.campaign_systems.select_related("system")]
    page = Paginator(ordered_queries(campaign, choice), QUERIES_PER_PAGE).get_page(given.get("page"))
    records = list(page.object_list)
    values = _values(campaign, choice.scale, [record["key"] for record in records])
    lines = [
        QueryLine(record, [values.get((record["key"], system.pk)) for system in systems])
        for record in records
    ]
    return QueryTable(campaign, scales, choice, systems, page, lines, _is_scored(campaign))


def ordered_queries(campaign: Campaign, choice: QueryChoice) -> QuerySet[Any, Any]:
    """Queries in the chosen order: key, label, shown (the text's start), spread, lowest, coverage.

    Before the campaign is scored they come by query id, with no values; on gold labels, only queries with a
    relevant document have a value and are listed.
    """
    if _is_scored(campaign):
        return _scored(campaign, choice)
    return _unscored(campaign, choice.search)


def _is_scored(campaign: Campaign) -> bool:
    return campaign.score_job is not None and campaign.score_job.state == Job.State.DONE


def _unscored(campaign: Campaign, search: str) -> QuerySet[Any, Any]:
    queries = collection_queries(campaign.collection, campaign.collection_version)
    if search:
        queries = queries.filter(Q(text__icontains=search) | Q(query_id__icontains=search))
    return queries.values(key=F("pk"), label=F("query_id"), shown=Substr("text", 1, SHOWN_CHARACTERS))


def _scored(campaign: Campaign, choice: QueryChoice) -> QuerySet[Any, Any]:
    scores = _scores(campaign, choice.scale)
    if choice.search:
        found = Q(query__text__icontains=choice.search) | Q(query__query_id__icontains=choice.search)
        scores = scores.filter(found)
    records = scores.values(
        key=F("query"), label=F("query__query_id"), shown=Substr("query__text", 1, SHOWN_CHARACTERS)
    ).annotate(
        spread=Max("value") - Min("value"),
        lowest=Min("value"),
        coverage=Cast(Sum("n_rated"), FloatField()) / NullIf(Sum("n_hits"), 0),
    )
    return records.order_by(*_ORDERS[choice.sort], codepoint_order("query__query_id"))


def _scores(campaign: Campaign, scale: Scale) -> QuerySet[QueryScore]:
    return QueryScore.objects.filter(
        job=campaign.score_job,
        job__state=Job.State.DONE,
        rater_version_id=scale.rater_version_id,
        measure=scale.measure,
    )


def _values(campaign: Campaign, scale: Scale, keys: list[int]) -> dict[tuple[int, int], QueryScore]:
    found = _scores(campaign, scale).filter(query_id__in=keys)
    return {(score.query_id, score.system_id): score for score in found}
