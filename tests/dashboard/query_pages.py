"""Read the page of a query."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from evalhub.models import Campaign, Hit, Query


def query_page(client: Client, campaign: Campaign, query_id: str, parameters: str = "") -> HttpResponse:
    """The page of a query, by its query_id."""
    query = Query.objects.get(query_id=query_id)
    answer: Any = client.get(f"/campaigns/{campaign.pk}/queries/{query.pk}/?{parameters}")
    return answer


def cards_of(answer: HttpResponse) -> dict[str, str]:
    """The markup of each hit by its anchor, hit-RUN-RANK."""
    parts = answer.content.decode().split('<li id="')[1:]
    return {part.split('"')[0]: part.split("</li>")[0] for part in parts}


def hits_of(campaign: Campaign, query_id: str) -> list[Hit]:
    """The hits of a query in every list."""
    runs = campaign.campaign_systems.values("run")
    hits = Hit.objects.filter(run__in=runs, query__query_id=query_id)
    return list(hits.select_related("document", "query", "run__system"))
