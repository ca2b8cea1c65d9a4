"""Queries of a campaign side by side: the value of each system, in a chosen order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models.functions import Substr

from evalhub.models import Campaign, Query, QueryDisagreement, QueryScore
from evalhub.selectors.query_view.choice import Choices, query_choices
from evalhub.selectors.query_view.ordered import is_scored, ordered_queries, value_rows
from evalhub.selectors.query_view.tags import campaign_tags

QUERIES_PER_PAGE = 50
SHOWN_CHARACTERS = 200

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A query with its value per system (in the table's order of systems); `record` is how it was sorted."""

    query: Query
    record: Record
    values: Sequence[QueryScore | None]
    disagreement: float | None


@dataclass(frozen=True, slots=True)
class QueryTable:
    """A page of queries."""

    choices: Choices
    page: Page[Record]
    lines: Sequence[QueryLine]
    tags: Sequence[str]
    is_scored: bool


def query_table(campaign: Campaign, given: Mapping[str, str]) -> QueryTable:
    """The page of queries that the address parameters ask for."""
    choices = query_choices(campaign, given)
    page = Paginator(ordered_queries(choices), QUERIES_PER_PAGE).get_page(given.get("page"))
    return QueryTable(
        choices, page, _lines(choices, list(page.object_list)), campaign_tags(campaign), is_scored(campaign)
    )


def _lines(choices: Choices, records: list[Record]) -> list[QueryLine]:
    keys = [record["key"] for record in records]
    queries = _beginnings(keys)
    scores = value_rows(choices).filter(query__in=keys)
    values = {(score.query_id, score.system_id): score for score in scores}
    rows = QueryDisagreement.objects.filter(job=choices.campaign.score_job, query__in=keys)
    disagreements = dict(rows.values_list("query_id", "value"))
    return [
        QueryLine(
            queries[record["key"]],
            record,
            [values.get((record["key"], system.pk)) for system in choices.systems],
            disagreements.get(record["key"]),
        )
        for record in records
    ]


def _beginnings(keys: list[int]) -> dict[int, Any]:
    """The queries with `shown`, the beginning of their texts."""
    rows = Query.objects.filter(pk__in=keys).only("query_id", "tags")
    return {query.pk: query for query in rows.annotate(shown=Substr("text", 1, SHOWN_CHARACTERS))}
