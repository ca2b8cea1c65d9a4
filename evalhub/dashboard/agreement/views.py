"""How graders agree: all graders of a collection, and two of them in full."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from evalhub.core.agreement.reading import reading_of
from evalhub.dashboard.access import HtmxRequest, workspace_of
from evalhub.dashboard.agreement.charts import ALL, PAIR, shown_of
from evalhub.dashboard.agreement.matrix import confusion_rows, kappa_rows, pair_address
from evalhub.dashboard.agreement.place import Place, Stored, place_of, stored_of
from evalhub.dashboard.chart_files import OFFERED
from evalhub.dashboard.numbers import whole_number
from evalhub.models import AgreementReport
from evalhub.selectors.agreement.cells import cell_pairs
from evalhub.selectors.agreement.graders import Grader
from evalhub.selectors.agreement.listed import collections_graded
from evalhub.selectors.agreement.review import queue_of_both, review_question
from evalhub.selectors.charts.agreement import ceiling_of
from evalhub.services.agreement import agreement_request

PER_PAGE = 25

Json = dict[str, Any]


def collections(request: HttpRequest) -> HttpResponse:
    """Query collections to look at."""
    found = collections_graded(workspace_of(request), request.GET.get("page"))
    return render(request, "dashboard/agreement/collections.html", {"page": found})


def overview(request: HtmxRequest, collection_id: int) -> HttpResponse:
    """All graders of a collection."""
    place = place_of(request, collection_id, request.GET, is_pair=False)
    stored = stored_of(place.asked) if place.asked else Stored(None, None)
    if request.htmx:
        return _state(request, place, stored)
    context = _context(place, stored)
    if stored.shown is not None and stored.shown.figures is not None:
        found = stored.shown.figures
        context |= {
            "found": found,
            "charts": shown_of(ALL, found),
            "matrix": kappa_rows(found, place),
            "pair_address": pair_address(place),
            "graders_rows": [(row, place.question_of(row["grader"], "gold")) for row in found["graders"]],
        }
    return render(request, "dashboard/agreement/overview.html", context)


def pair(request: HtmxRequest, collection_id: int) -> HttpResponse:
    """One grader held against another."""
    place = place_of(request, collection_id, request.GET, is_pair=True)
    is_cell = "cell" in request.GET
    stored = stored_of(place.asked, with_cells=is_cell) if place.asked else Stored(None, None)
    if request.htmx:
        return _state(request, place, stored)
    context = _context(place, stored)
    if stored.shown is not None and stored.shown.figures is not None:
        context |= _pair_context(request, place, stored.shown)
    return render(request, "dashboard/agreement/pair.html", context)


def ask(request: HtmxRequest, collection_id: int) -> HttpResponse:
    """Have a report computed; its page tells how far it is."""
    place = place_of(request, collection_id, request.GET, is_pair="first" in request.GET)
    if place.asked is not None:
        report = agreement_request(place.asked, now=timezone.now())
        if request.htmx:
            return _state(request, place, Stored(report if report.figures else None, report))
    return redirect(_address(place))


def _state(request: HtmxRequest, place: Place, stored: Stored) -> HttpResponse:
    """How far the report is; a page whose report has come is loaded anew, with its charts."""
    if stored.is_current:
        return HttpResponseClientRefresh()
    return render(request, "dashboard/agreement/_state.html", _context(place, stored))


def _context(place: Place, stored: Stored) -> Json:
    return {
        "place": place,
        "stored": stored,
        "graders": [Grader(), *place.roster.graders],
        "address": _address(place),
        "ask": f"{reverse('agreement-ask', args=[place.collection.pk])}?{place.question}",
        "forms": OFFERED,
        "now": timezone.now(),
    }


def _address(place: Place) -> str:
    name = "agreement-pair" if place.first else "agreement"
    return f"{reverse(name, args=[place.collection.pk])}?{place.question}"


def _pair_context(request: HttpRequest, place: Place, report: AgreementReport) -> Json:
    found: Json = report.figures or {}
    cell = request.GET.get("cell", "")
    review = "" if cell or "here" in request.GET else _review(place)
    listed = _listed(request, report, cell) if cell else None
    return {
        "found": found,
        "charts": shown_of(PAIR, found),
        "confusion": confusion_rows(found, place.question),
        "columns": [sum(column) for column in zip(*found["confusion"], strict=True)],
        "figures": [
            (name, row, found["baseline"].get(name), ceiling_of(found, name), reading_of(name))
            for name, row in found["figures"].items()
        ],
        "review": review,
        "listed": listed,
        "cell": cell,
    }


def _review(place: Place) -> str:
    """The address of the disagreement list that has both graders, "" where no campaign has."""
    if place.first is None or place.second is None:
        return ""
    queue = queue_of_both(place.collection, place.first, place.second)
    if queue is None:
        return ""
    return f"{reverse('review', args=[queue.campaign_id])}?{review_question(place.first, place.second)}"


def _listed(request: HttpRequest, report: AgreementReport, cell: str) -> Json:
    """A page of the pairs of a cell."""
    number = max(1, whole_number(request.GET.get("page")) or 1)
    found = cell_pairs(report, cell, (number - 1) * PER_PAGE, number * PER_PAGE)
    return {
        "pairs": found.pairs,
        "n_kept": found.n_kept,
        "start": (number - 1) * PER_PAGE + 1,
        "previous": number - 1,
        "next": number + 1 if number * PER_PAGE < found.n_kept else 0,
    }
