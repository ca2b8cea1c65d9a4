"""Schedules with what came of them, and alerts that nobody dismissed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery

from evalhub.models import Alert, Regrading, Schedule, ScheduleRun, Workspace

PER_PAGE = 25
ALERTS_SHOWN = 20
ALERTS_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A schedule with its newest run, and how many of its alerts are open."""

    schedule: Schedule
    latest: ScheduleRun | None
    n_alerts: int


def schedules_of(workspace: Workspace) -> QuerySet[Schedule]:
    """The schedules that are not removed."""
    return Schedule.objects.filter(workspace=workspace, removed_at=None).select_related("workspace")


def schedule_lines(workspace: Workspace) -> list[ScheduleLine]:
    """All of a workspace, by name."""
    newest = ScheduleRun.objects.filter(schedule=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = list(schedules_of(workspace).annotate(latest=Subquery(newest)).order_by("name"))
    runs = ScheduleRun.objects.select_related("campaign").in_bulk([row.latest for row in rows if row.latest])
    open_alerts = Alert.objects.filter(schedule__in=rows, dismissed_at=None)
    n_of: dict[int, int] = {}
    for schedule_id in open_alerts.values_list("schedule", flat=True):
        n_of[schedule_id] = n_of.get(schedule_id, 0) + 1
    return [ScheduleLine(row, runs.get(row.latest or 0), n_of.get(row.pk, 0)) for row in rows]


def schedule_runs(schedule: Schedule, page: str | None) -> "Page[ScheduleRun]":
    """A page of a schedule's times, newest first."""
    rows = ScheduleRun.objects.filter(schedule=schedule).select_related("campaign").order_by("-pk")
    return Paginator(rows, PER_PAGE).get_page(page)


def runs_of(schedule: Schedule) -> QuerySet[ScheduleRun]:
    """The times of a schedule, with what came of them."""
    rows = ScheduleRun.objects.filter(schedule=schedule).select_related("campaign")
    return rows.prefetch_related("alerts")


def open_alerts(workspace: Workspace) -> Sequence[Alert]:
    """Alerts that nobody dismissed, newest first, of schedules that are not removed."""
    rows = Alert.objects.filter(
        schedule__workspace=workspace, schedule__removed_at=None, dismissed_at=None
    ).select_related("schedule", "run")
    return list(rows.order_by("-created_at", "-pk")[:ALERTS_SHOWN])


def schedule_alerts(schedule: Schedule) -> Sequence[Alert]:
    """The latest alerts of a schedule, newest first, dismissed ones among them."""
    rows = Alert.objects.filter(schedule=schedule).select_related("run")
    return list(rows.order_by("-created_at", "-pk")[:ALERTS_LOOKED_AT])


def regradings_of(schedule: Schedule) -> Sequence[Regrading]:
    """What an anchor found, newest first."""
    rows = Regrading.objects.filter(run__schedule=schedule).exclude(n_pairs=None)
    return list(rows.select_related("run", "rater_version__rater").order_by("-pk")[:PER_PAGE])
