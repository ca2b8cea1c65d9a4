"""Pages of queries and documents: translate the address, one domain call, a template."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from evalhub.core.passages import marked
from evalhub.core.terms import query_terms
from evalhub.dashboard.access import HtmxRequest, template_for
from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.views import campaign_or_404
from evalhub.models import Campaign, Document, Query
from evalhub.selectors.dashboard_document import document_part
from evalhub.selectors.query_view.choice import OUTCOMES, SORTS
from evalhub.selectors.query_view.detail import campaign_queries, query_detail
from evalhub.selectors.query_view.table import query_table


def queries(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The queries of a campaign with the value of each system."""
    table = query_table(campaign_or_404(request, campaign_id), request.GET.dict())
    context = {"table": table, "sorts": SORTS.items(), "outcomes": OUTCOMES.items()}
    return render(request, "dashboard/queries/list.html", context)


def query(request: HttpRequest, campaign_id: int, query_id: int) -> HttpResponse:
    """One query: the ranked lists of all systems side by side."""
    try:
        found = query_detail(campaign_or_404(request, campaign_id), query_id, request.GET.dict())
    except Query.DoesNotExist as error:
        raise Http404(f"campaign {campaign_id} has no query {query_id}") from error
    return render(request, "dashboard/queries/query.html", {"detail": found})


def document(request: HtmxRequest, campaign_id: int, document_id: int, part: int) -> HttpResponse:
    """A part of a document's text, with the terms of a query marked where the address names one."""
    campaign = campaign_or_404(request, campaign_id)
    try:
        shown = document_part(campaign.snapshot.corpus_id, document_id, part)
    except Document.DoesNotExist as error:
        raise Http404(f"the corpus has no document {document_id}") from error
    asked = _asked(campaign, request.GET.get("query", ""))
    context = {
        "campaign": campaign,
        "part": shown,
        "query": asked,
        "pieces": marked(shown.text, query_terms(asked.text if asked else "")),
    }
    return render(request, template_for(request, "queries/document", "queries/_document_part"), context)


def _asked(campaign: Campaign, key: str) -> Query | None:
    number = whole_number(key)
    return None if number is None else campaign_queries(campaign).filter(pk=number).first()
