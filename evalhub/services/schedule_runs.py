"""Start what is scheduled: each time once, whoever looks at the clock.

A time is taken by an UPDATE that is conditional on it, in the transaction that starts the campaign: of two
schedulers one wins, and one that dies in between has neither taken the time nor started anything.
"""

import logging
import traceback
from datetime import datetime

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from evalhub.core.errors import UserError
from evalhub.models import Campaign, Schedule, ScheduleRun
from evalhub.services.campaign_jobs import CampaignPlan
from evalhub.services.campaigns import CampaignInputs, UnableToSteer, campaign_start
from evalhub.services.cron import UnableToSchedule, next_times
from evalhub.services.notices import schedule_notice
from evalhub.services.regradings import regradings_ask
from evalhub.services.schedules import spec_of
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.spec.campaign import CampaignSpec

logger = logging.getLogger(__name__)

OPEN = (Campaign.State.RUNNING, Campaign.State.PAUSED)
MOST_AT_ONCE = 20

Inputs = tuple[CampaignSpec, CampaignInputs]


class UnableToRunNow(UnableToSteer):
    """The schedule's campaign of before still runs, or its spec can no longer be."""


def schedules_start_due(*, now: datetime) -> None:
    """Start every schedule whose time has come; a time that was missed starts once."""
    due = Schedule.objects.filter(is_active=True, removed_at=None, next_at__lte=now)
    for schedule in due.select_related("workspace", "created_by").order_by("next_at")[:MOST_AT_ONCE]:
        try:
            schedule_start(schedule, now=now)
        except OperationalError:  # the database is busy or away: the time stays, for the next sweep
            logger.warning("schedule %s has to wait\n%s", schedule.pk, traceback.format_exc())
        except Exception as error:  # noqa: BLE001  (one schedule must not hold up the others, nor the sweep)
            logger.error("schedule %s failed\n%s", schedule.pk, traceback.format_exc())
            _give_up(schedule, error, now=now)


def _give_up(schedule: Schedule, error: Exception, *, now: datetime) -> None:
    """Take a time whose start raised what nobody foresaw: it would come again at every sweep."""
    problem = f"something went wrong on the server ({type(error).__name__}); the log of its worker says what"
    changes: dict[str, object] = {}
    try:
        changes["next_at"] = next_times(schedule.cron, schedule.time_zone, now, 1)[0]
    except UnableToSchedule as no_time:  # the zone is gone
        problem, changes["is_active"] = f"paused: {no_time}", False
    with transaction.atomic():
        if _due(schedule).update(**changes):
            _came_of(schedule, None, problem, due_at=schedule.next_at or now, now=now)


def schedule_start(schedule: Schedule, *, now: datetime) -> ScheduleRun | None:
    """Take a time that has come; None where somebody else did."""
    found, problem = _inputs(schedule, now=now)
    (next_at,) = next_times(schedule.cron, schedule.time_zone, now, 1)
    with transaction.atomic():
        if not _due(schedule).update(next_at=next_at):
            return None
        return _came_of(schedule, found, problem, due_at=schedule.next_at or now, now=now)


def schedule_run_now(schedule: Schedule, *, now: datetime) -> ScheduleRun:
    """Start a campaign beside the schedule's times.

    Raises:
        UnableToRunNow: see there.
    """
    found, problem = _inputs(schedule, now=now)
    with transaction.atomic():
        # Pressed twice at once, the second sees the campaign of the first.
        Schedule.objects.select_for_update().get(pk=schedule.pk)
        if found is None or (still := _still_running(schedule)):
            raise UnableToRunNow(problem or still)
        try:
            return _started(schedule, found, due_at=now, now=now, is_by_hand=True)
        except UserError as error:
            raise UnableToRunNow(str(error)) from error


def _inputs(schedule: Schedule, *, now: datetime) -> tuple[Inputs | None, str]:
    """What the spec names now, or why that cannot be."""
    try:
        spec = spec_of(schedule)
        return (spec, inputs_import(schedule.workspace, spec, clock=lambda: now)), ""
    except UserError as error:
        return None, str(error)


def _due(schedule: Schedule) -> QuerySet[Schedule]:
    """The schedule, as long as nobody took its time."""
    return Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at, is_active=True, removed_at=None)


def _came_of(
    schedule: Schedule, found: Inputs | None, problem: str, *, due_at: datetime, now: datetime
) -> ScheduleRun:
    """Start the campaign of a time, or say why not; in the caller's transaction."""
    still = _still_running(schedule)
    if found is not None and not still:
        try:
            return _started(schedule, found, due_at=due_at, now=now)
        except UserError as error:
            found, problem = None, str(error)
    state = ScheduleRun.State.FAILED if found is None else ScheduleRun.State.SKIPPED
    reason = problem if found is None else still
    if state == ScheduleRun.State.FAILED:
        schedule_notice(schedule, reason, now=now)
    return ScheduleRun.objects.create(
        schedule=schedule, due_at=due_at, started_at=now, state=state, reason=reason
    )


def _started(
    schedule: Schedule, found: Inputs, *, due_at: datetime, now: datetime, is_by_hand: bool = False
) -> ScheduleRun:
    """Start the campaign of a time, or nothing at all of it; in the caller's transaction.

    Raises:
        UserError: the campaign cannot be, such as one with a gate that no longer fits.
    """
    spec, inputs = found
    run = ScheduleRun(schedule=schedule, due_at=due_at, started_at=now, is_by_hand=is_by_hand)
    run.state = ScheduleRun.State.STARTED

    def record(plan: CampaignPlan) -> None:
        run.campaign = plan.campaign
        run.save()
        if schedule.is_anchor:
            regradings_ask(run, plan)

    # Of its own: the caller's transaction goes on where this one fails.
    with transaction.atomic():
        campaign_start(schedule.workspace, spec, inputs, user=schedule.created_by, now=now, beside=record)
    return run


def _still_running(schedule: Schedule) -> str:
    """Why no campaign is to be started beside the one of before, empty where one may be."""
    rows = Campaign.objects.filter(schedule_run__schedule=schedule, state__in=OPEN)
    open_one = rows.order_by("-pk").first()
    if open_one is None:
        return ""
    return f"campaign {open_one.pk} of the time before is still {open_one.state}; finish or cancel it"
