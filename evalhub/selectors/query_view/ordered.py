"""A campaign's queries in the chosen order, sorted and filtered in the database."""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    F,
    FilteredRelation,
    FloatField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Window,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Abs, Cast, Lag, Lead, NullIf, RowNumber

from evalhub.core.breakdowns import TIE
from evalhub.models import Campaign, Job, QueryScore
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.order import codepoint_order
from evalhub.selectors.query_view.choice import Choices, QueryChoice, Sort
from evalhub.selectors.query_view.tags import has_tag

Rows = QuerySet[Any, Any]
_ORDERS: dict[Sort, list[OrderBy]] = {
    "query": [],
    "difference": [OrderBy(Abs("difference"), descending=True, nulls_last=True)],
    "spread": [F("spread").desc(nulls_last=True)],
    "lowest": [F("lowest").asc(nulls_last=True)],
    "coverage": [F("coverage").asc(nulls_last=True)],
    "disagreement": [F("disagreement").desc(nulls_last=True)],
}
_OUTCOMES = {
    "first": Q(difference__gt=TIE),
    "tie": Q(difference__gte=-TIE, difference__lte=TIE),
    "second": Q(difference__lt=-TIE),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query stands in the chosen order; `number` counts from 1."""

    number: int
    n_queries: int
    previous: int | None
    following: int | None


def is_scored(campaign: Campaign) -> bool:
    """Whether there are values to sort by."""
    return campaign.score_job is not None and campaign.score_job.state == Job.State.DONE


def ordered_queries(choices: Choices) -> Rows:
    """Queries in the chosen order: key, difference (A - B), spread, lowest, coverage; see `value_rows`.

    Before the campaign is scored they come by query id, with no values; on gold labels, only queries with a
    relevant document have a value and are listed.
    """
    campaign, choice = choices.campaign, choices.chosen
    if not is_scored(campaign):
        queries = collection_queries(campaign.collection, campaign.collection_version)
        return queries.filter(*_of_query(choice, "")).values(key=F("pk"))
    rows = value_rows(choices).filter(*_of_query(choice, "query__"))
    if choice.sort == "disagreement":
        mine = Q(query__querydisagreement__job=campaign.score_job)
        rows = rows.annotate(told=FilteredRelation("query__querydisagreement", condition=mine))
    records: Rows = rows.values(key=F("query")).annotate(**_values(choice))
    if choice.outcome:
        records = records.filter(_OUTCOMES[choice.outcome])
    if choice.is_unrated:
        records = records.filter(Q(n_unrated__gt=0))
    return records.order_by(*_order(choice))


def place_of(choices: Choices, query_id: int) -> Place | None:
    """The place of a query and its neighbours; None where the choice leaves it out."""
    campaign, choice = choices.campaign, choices.chosen
    order = _order(choice) if is_scored(campaign) else [codepoint_order("query_id").asc()]
    windows = {
        "number": Window(RowNumber(), order_by=order),
        "previous": Window(Lag("key"), order_by=order),
        "following": Window(Lead("key"), order_by=order),
        "n_queries": Window(Count("*")),
    }
    # A filter on `key` itself would be applied before the windows see their rows.
    at = Window(Max("key"), partition_by=F("key"))
    rows = ordered_queries(choices).annotate(**windows, at=at).order_by("number")
    found = rows.filter(at=query_id).values(*windows).first()
    return Place(**found) if found else None


def value_rows(choices: Choices) -> QuerySet[QueryScore]:
    """The values of every system and query on the chosen scale."""
    scale = choices.chosen.scale
    return QueryScore.objects.filter(
        job=choices.campaign.score_job,
        # Named for the index, which has the system before the rater.
        system__in=choices.systems,
        rater_version_id=scale.rater_version_id,
        measure=scale.measure,
    )


def _values(choice: QueryChoice) -> dict[str, Any]:
    values: dict[str, Any] = {
        "difference": Max("value", filter=Q(system=choice.first))
        - Max("value", filter=Q(system=choice.second)),
        "spread": Max("value") - Min("value"),
        "lowest": Min("value"),
        "n_unrated": Sum("n_hits") - Sum("n_rated"),
        "coverage": Cast(Sum("n_rated"), FloatField()) / NullIf(Sum("n_hits"), 0),
    }
    if choice.sort == "disagreement":
        values["disagreement"] = Max("told__value")
    return values


def _order(choice: QueryChoice) -> list[Any]:
    return [*_ORDERS[choice.sort], codepoint_order("query__query_id").asc()]


def _of_query(choice: QueryChoice, prefix: str) -> list[Any]:
    found: list[Any] = []
    if choice.search:
        found.append(
            Q(**{f"{prefix}text__icontains": choice.search})
            | Q(**{f"{prefix}query_id__icontains": choice.search})
        )
    if choice.tag:
        found.append(has_tag(f"{prefix}tags", choice.tag))
    return found
