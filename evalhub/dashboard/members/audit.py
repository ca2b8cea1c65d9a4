"""The log of who did what."""

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evalhub.dashboard.access import user_of, workspace_of
from evalhub.dashboard.csv_file import csv_answer
from evalhub.models import AuditEvent
from evalhub.selectors.audit import COLUMNS, AuditFilter, audit_events, audit_row

PER_PAGE = 50
MOST_ROWS = 100_000


def log(request: HttpRequest) -> HttpResponse:
    """Events, newest first, by person, way in, action and day."""
    asked = _asked(request)
    rows = audit_events(workspace_of(request), user_of(request), asked)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "edges": AuditEvent.Edge.values,
        "question": request.GET.urlencode(),
        "now": timezone.now(),
    }
    return render(request, "dashboard/members/audit.html", context)


def log_file(request: HttpRequest) -> HttpResponse:
    """The same events as a file."""
    rows = audit_events(workspace_of(request), user_of(request), _asked(request))[:MOST_ROWS]
    return csv_answer("audit", COLUMNS, (audit_row(one) for one in rows.iterator()))


def _asked(request: HttpRequest) -> AuditFilter:
    given = request.GET
    edge = given.get("edge", "")
    return AuditFilter(
        who=given.get("who", "").strip(),
        edge=edge if edge in AuditEvent.Edge.values else "",
        action=given.get("action", "").strip(),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
