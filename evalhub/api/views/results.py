"""What campaigns found."""

from collections.abc import Iterator
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView, ListView
from evalhub.api.faults import request_error
from evalhub.api.ndjson import MEDIA_TYPE, ROWS_AT_ONCE, streamed, wants_lines
from evalhub.api.serializers.pages import HitFilterSerializer
from evalhub.api.serializers.results import (
    GateSerializer,
    HitSerializer,
    QueryValuesSerializer,
    ResultsSerializer,
)
from evalhub.core.suggest import did_you_mean
from evalhub.models import Campaign, CampaignSystem, Query
from evalhub.selectors.campaign_rows import campaigns_rows
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.gates import gate_result
from evalhub.selectors.graded_hits import graded_hits, ranked_hits
from evalhub.selectors.query_values import query_values
from evalhub.selectors.results import campaign_results

CAMPAIGNS = Campaign.objects.select_related("snapshot__corpus", "collection")


class ResultsView(ApiView):
    """The result of a campaign."""

    @extend_schema(responses=ResultsSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show everything a campaign found, as `evalhub run --json` writes it."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        page = reverse("campaign", [campaign.pk], request=request)
        return Response(campaign_results(campaign, url=page))


class GateView(ApiView):
    """The gate of a campaign."""

    @extend_schema(responses=GateSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show what the gate says, and why."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        page = reverse("campaign", [campaign.pk], request=request)
        return Response(gate_result(campaigns_rows([campaign])[0], url=page))


class QueryValuesView(ListView):
    """The queries of a campaign."""

    ordering = ("query_id",)

    @extend_schema(responses=QueryValuesSerializer(many=True))
    def get(self, request: Request, campaign_id: int) -> Response:
        """List the queries with the value of each system by each rater, by query id."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        self.asked()
        rows = collection_queries(campaign.collection, campaign.collection_version)
        return self.page(rows, QueryValuesSerializer, lambda queries: query_values(campaign, queries))


class HitsView(ListView):
    """A ranked list."""

    ordering = ("rank",)
    query_serializer = HitFilterSerializer

    @extend_schema(responses=HitSerializer(many=True), parameters=[HitFilterSerializer])
    def get(self, request: Request, campaign_id: int) -> Response:
        """List what a system found for a query, with grades, reasons and rationales, by rank."""
        campaign = self.own(CAMPAIGNS.all(), campaign_id)
        asked = self.asked()
        system = _system(campaign, asked["system"])
        if "query_id" not in asked:
            if not wants_lines(request):
                raise request_error("query_id", "missing", f"Send one, or Accept: {MEDIA_TYPE} for all.")
            return cast(Response, streamed(_all_hits(campaign, system)))
        query = _query(campaign, asked["query_id"])
        return self.page(
            ranked_hits(system, query), HitSerializer, lambda hits: graded_hits(campaign, query, hits)
        )


def _all_hits(campaign: Campaign, system: CampaignSystem) -> Iterator[bytes]:
    """What a system found for each query, a line for each hit."""
    writer = JSONRenderer()
    queries = collection_queries(campaign.collection, campaign.collection_version)
    for query in queries.iterator(chunk_size=ROWS_AT_ONCE):
        hits = graded_hits(campaign, query, list(ranked_hits(system, query).order_by("rank")))
        for row in HitSerializer(hits, many=True).data:
            yield writer.render({"query_id": query.query_id, **row}) + b"\n"


def _system(campaign: Campaign, name: str) -> CampaignSystem:
    rows: dict[str, Any] = {
        row.system.name: row for row in campaign.campaign_systems.select_related("system")
    }
    if name not in rows:
        remedy = did_you_mean(name, rows).strip() or f"There are: {', '.join(rows)}."
        raise request_error("system", f'the campaign has no system "{name}"', remedy)
    found: CampaignSystem = rows[name]
    return found


def _query(campaign: Campaign, query_id: str) -> Query:
    queries = collection_queries(campaign.collection, campaign.collection_version)
    found = queries.filter(query_id=query_id).first()
    if found is None:
        problem = f'the campaign has no query "{query_id}"'
        raise request_error("query_id", problem, "List them at queries.")
    return found
