"""Pages of schedules: list, make from a campaign, edit, pause, run now, alerts."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.core.errors import UserError
from evalhub.dashboard.access import workspace_of
from evalhub.dashboard.chart_files import OFFERED, campaign_drawing, chart_response
from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.views import campaign_or_404
from evalhub.models import Alert, Campaign, Schedule
from evalhub.selectors.hooks.anchors import regrade_price
from evalhub.selectors.hooks.schedules import (
    ALERTS_SHOWN,
    open_alerts,
    regradings_of,
    schedule_alerts,
    schedule_lines,
    schedule_runs,
    schedules_of,
)
from evalhub.selectors.hooks.trend import marked_rows, schedule_trend
from evalhub.services.cron import UnableToSchedule, nightly, zone_names
from evalhub.services.schedule_checks import alert_dismiss, alert_restore
from evalhub.services.schedule_runs import UnableToRunNow, schedule_run_now
from evalhub.services.schedules import (
    NewSchedule,
    repeated_spec,
    schedule_create,
    schedule_edit,
    schedule_remove,
    schedule_restore,
    upcoming,
)

MIN_POINTS = 2
"""A trend of one point is none."""


def schedules(request: HttpRequest) -> HttpResponse:
    """All schedules, and the alerts that nobody dismissed."""
    workspace = workspace_of(request)
    context = {
        "lines": schedule_lines(workspace),
        "alerts": open_alerts(workspace),
        "now": timezone.now(),
    }
    return render(request, "dashboard/hooks/schedules.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """The form that repeats a campaign."""
    campaign = _campaign(request, request.GET.get("campaign"))
    given = {"name": campaign.name, "clock": "02:30", "cron": "", "time_zone": "", "margin": "0"}
    return _form(request, campaign, given)


def add(request: HttpRequest) -> HttpResponse:
    """Keep a new schedule."""
    campaign, given = _campaign(request, request.POST.get("campaign")), _given(request)
    try:
        made = schedule_create(
            workspace_of(request),
            NewSchedule(
                name=given["name"],
                spec=repeated_spec(campaign),
                cron=given["cron"] or nightly(given["clock"]),
                time_zone=given["time_zone"],
                is_anchor=given["is_anchor"],
                margin=_share(given["margin"]),
            ),
            user=cast(User, request.user),
            now=timezone.now(),
        )
    except UnableToSchedule as error:
        return _form(request, campaign, given, {error.field: error.problem}, status=400)
    except UserError as error:  # the spec can no longer be
        return _form(request, campaign, given, {"": str(error)}, status=400)
    messages.success(request, "Scheduled. Its next times are below; Run now starts one at once.")
    return redirect("schedule", made.pk)


def schedule(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """One schedule: next times, alerts, trend, what came of each time, settings."""
    return _one(request, schedule_or_404(request, schedule_id))


def trend_file(request: HttpRequest, schedule_id: int, form: str) -> HttpResponse:
    """The trend as a file, or as the specification that the browser draws."""
    found = schedule_or_404(request, schedule_id)
    rows = marked_rows(found, schedule_trend(found, request.GET.get("rater", "")))
    return chart_response(f"schedule-{schedule_id}-trend", form, rows, campaign_drawing("trend"))


def change(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Store the settings."""
    found, given = schedule_or_404(request, schedule_id), _given(request)
    try:
        names = ("name", "cron", "time_zone")
        changes = {name: given[name] for name in names} | {"margin": _share(given["margin"])}
        schedule_edit(found, changes, now=timezone.now())
    except UnableToSchedule as error:
        return _one(request, found, given, {error.field: error.problem}, status=400)
    messages.success(request, "Saved.")
    return redirect("schedule", schedule_id)


def switch(request: HttpRequest, schedule_id: int, to: str) -> HttpResponse:
    """Pause, resume, remove or bring back; each message offers the way back."""
    rows = Schedule.objects.filter(workspace=workspace_of(request))
    found = get_object_or_404(rows if to == "restore" else rows.filter(removed_at=None), pk=schedule_id)
    now, back = timezone.now(), {"pause": "resume", "resume": "pause", "remove": "restore"}.get(to, "")
    try:
        if to == "remove":
            schedule_remove(found, now=now)
        elif to == "restore":
            schedule_restore(found, now=now)
        else:
            schedule_edit(found, {"is_active": to == "resume"}, now=now)
    except UnableToSchedule as error:
        messages.error(request, error.problem)
        return redirect("schedules")
    said = {"pause": "is paused", "resume": "goes on", "remove": "is removed", "restore": "is back"}[to]
    undo = reverse("schedule-switch", args=[schedule_id, back]) if back else ""
    messages.success(request, f"{found.name} {said}.", extra_tags=undo)
    return redirect("schedules") if to == "remove" else redirect("schedule", schedule_id)


def run_now(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Start a campaign at once."""
    try:
        run = schedule_run_now(schedule_or_404(request, schedule_id), now=timezone.now())
    except UnableToRunNow as error:
        messages.error(request, str(error))
        return redirect("schedule", schedule_id)
    messages.success(request, "Started.")
    return redirect("campaign", run.campaign_id or 0)


def dismiss(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Put an alert away; the message offers it back."""
    found = _alert(request, alert_id)
    alert_dismiss(found, user=cast(User, request.user), now=timezone.now())
    undo = reverse("alert-restore", args=[alert_id])
    messages.success(request, f"The alert of {found.subject} is dismissed.", extra_tags=undo)
    return redirect("schedule", found.schedule_id)


def undismiss(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take a dismissal back."""
    found = _alert(request, alert_id)
    alert_restore(found)
    return redirect("schedule", found.schedule_id)


def schedule_or_404(request: HttpRequest, schedule_id: int) -> Schedule:
    """A schedule of the workspace."""
    return get_object_or_404(schedules_of(workspace_of(request)), pk=schedule_id)


def _alert(request: HttpRequest, alert_id: int) -> Alert:
    rows = Alert.objects.filter(schedule__workspace=workspace_of(request), schedule__removed_at=None)
    return get_object_or_404(rows, pk=alert_id)


def _campaign(request: HttpRequest, key: str | None) -> Campaign:
    number = whole_number(key or "")
    if number is None:
        raise Http404("say which campaign to repeat, from its page")
    return campaign_or_404(request, number)


def _given(request: HttpRequest) -> dict[str, Any]:
    names = ("name", "clock", "cron", "time_zone", "margin")
    texts = {name: request.POST.get(name, "").strip()[:200] for name in names}
    texts["time_zone"] = texts["time_zone"] or "UTC"
    return {**texts, "is_anchor": request.POST.get("is_anchor") == "1"}


def _share(text: str) -> float:
    try:
        return float(text or "0")
    except ValueError:
        raise UnableToSchedule("margin", "write a number such as 0.01") from None


def _form(
    request: HttpRequest,
    campaign: Campaign,
    given: Mapping[str, Any],
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "campaign": campaign,
        "given": given,
        "faults": faults or {},
        "zones": sorted(zone_names()),
        "price": regrade_price(campaign),
    }
    return render(request, "dashboard/hooks/schedule_new.html", context, status=status)


def _evaluated(found: Schedule) -> dict[str, Any]:
    """What its campaigns are of, in the names of its spec."""
    spec = found.spec
    return {
        "systems": [entry["name"] for entry in spec.get("systems", [])],
        "corpus": spec.get("corpus", {}).get("name", ""),
        "queries": spec.get("queries", {}).get("name", ""),
        "n_rules": len(spec.get("gate", [])),
    }


def _one(
    request: HttpRequest,
    found: Schedule,
    given: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    now, trend = timezone.now(), schedule_trend(found, request.GET.get("rater", ""))
    alerts = schedule_alerts(found)
    by_run: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        by_run[alert.run_id].append(alert)
    stored = {name: getattr(found, name) for name in ("name", "cron", "time_zone")}
    stored["margin"] = f"{found.margin:g}"
    n_points = sum(any(s.value is not None for s in p.scores.values()) for p in trend.points)
    context = {
        "schedule": found,
        "evaluated": _evaluated(found),
        "next_times": upcoming(found, now=now),
        "alerts": [one for one in alerts if one.dismissed_at is None][:ALERTS_SHOWN],
        "alerts_of": by_run,
        "runs": schedule_runs(found, request.GET.get("page")),
        "regradings": regradings_of(found) if found.is_anchor else [],
        "trend": trend,
        "has_chart": n_points >= MIN_POINTS,
        "points": {point.campaign.pk: point for point in trend.points},
        "forms": OFFERED,
        "given": given or stored,
        "faults": faults or {},
        "zones": sorted(zone_names()),
        "now": now,
    }
    return render(request, "dashboard/hooks/schedule.html", context, status=status)
