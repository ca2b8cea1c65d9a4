"""Pages of query collections."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evalhub.dashboard.access import workspace_of
from evalhub.dashboard.inputs.finding import collection_or_404
from evalhub.selectors.inputs.collections import collection_detail, collection_list


def collections(request: HttpRequest) -> HttpResponse:
    """The query collections, newest first."""
    found = collection_list(workspace_of(request), request.GET.get("page"))
    return render(request, "dashboard/inputs/collections.html", {"list": found, "now": timezone.now()})


def collection(request: HttpRequest, collection_id: int) -> HttpResponse:
    """One collection: versions, tags, gold labels, queries, and the campaigns that used it."""
    detail = collection_detail(collection_or_404(request, collection_id), request.GET.dict())
    return render(request, "dashboard/inputs/collection.html", {"detail": detail, "now": timezone.now()})
