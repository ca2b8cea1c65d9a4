"""Look at what a schedule's run came to, and raise its alerts with the messages that tell of them."""

import logging
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError, transaction
from django.db.models import Q

from evalhub.core.drift import Drift
from evalhub.models import Alert, Campaign, Regrading, ScheduleRun
from evalhub.selectors.hooks.found import Found, drifted, drops, regrading_drift, stale
from evalhub.services.notices import campaign_said, notice_write, schedule_said

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 20
# A check that breaks is tried again at every sweep for so long.
TRIED_FOR = timedelta(minutes=10)
OPEN = [Campaign.State.RUNNING, Campaign.State.PAUSED]


def schedule_runs_check(*, now: datetime) -> None:
    """Check every run whose campaign reached its end, or that started none."""
    ended = Q(state__in=[ScheduleRun.State.SKIPPED, ScheduleRun.State.FAILED]) | ~Q(campaign__state__in=OPEN)
    rows = ScheduleRun.objects.filter(ended, checked_at=None).select_related("schedule__workspace")
    related = ("campaign__snapshot__corpus", "campaign__collection", "campaign__score_job")
    for run in rows.select_related(*related).order_by("pk")[:MOST_AT_ONCE]:
        try:
            schedule_run_check(run, now=now)
        except OperationalError:  # the database is busy or away: the next sweep looks again
            logger.warning("schedule run %s is checked later\n%s", run.pk, traceback.format_exc())
        except Exception as error:  # noqa: BLE001  (one schedule must not hold up the others, nor the sweep)
            logger.error("the check of schedule run %s failed\n%s", run.pk, traceback.format_exc())
            _give_up(run, error, now=now)


def _give_up(run: ScheduleRun, error: Exception, *, now: datetime) -> None:
    """After some tries, say on the schedule's page that nobody looked at this run."""
    ended_at = (run.campaign and run.campaign.finished_at) or run.started_at
    if now - ended_at <= TRIED_FOR:
        return
    problem = (
        "not checked for drops, drift and staleness: something went wrong on the server "
        f"({type(error).__name__}); the log of its worker says what"
    )
    reason = f"{run.reason}; {problem}" if run.reason else problem
    ScheduleRun.objects.filter(pk=run.pk, checked_at=None).update(checked_at=now, reason=reason)


def schedule_run_check(run: ScheduleRun, *, now: datetime) -> list[Alert]:
    """Find what a run gives reason to look at; alerts and their messages are written with the check, once."""
    campaign = run.campaign if run.campaign and run.campaign.state == Campaign.State.DONE else None
    regradings = list(run.regradings.select_related("rater_version__rater", "job")) if campaign else []
    drifts = [(regrading, regrading_drift(regrading)) for regrading in regradings]
    found = [*(drops(run, campaign) if campaign else []), *stale(run, campaign)]
    found += [alert for regrading, figures in drifts if (alert := drifted(regrading, figures))]
    said = campaign_said(campaign, campaign.state, gate=campaign.gate_outcome) if campaign else {}
    with transaction.atomic():
        if not ScheduleRun.objects.filter(pk=run.pk, checked_at=None).update(checked_at=now):
            return []
        for regrading, figures in drifts:
            _keep(regrading, figures)
        return _raise(run, found, said, now=now)


def alert_dismiss(alert: Alert, *, user: User, now: datetime) -> None:
    """Put an alert away."""
    Alert.objects.filter(pk=alert.pk, dismissed_at=None).update(dismissed_at=now, dismissed_by=user)


def alert_restore(alert: Alert) -> None:
    """Take that back."""
    Alert.objects.filter(pk=alert.pk).update(dismissed_at=None, dismissed_by=None)


def _raise(run: ScheduleRun, found: Sequence[Found], said: dict[str, Any], *, now: datetime) -> list[Alert]:
    """A drop is news each time; what lasts is raised once until somebody dismissed it."""
    lasting = Alert.objects.filter(schedule=run.schedule, dismissed_at=None).exclude(kind=Alert.Kind.DROP)
    known = set(lasting.values_list("kind", "subject"))
    alerts = []
    for one in _joined(found):
        if (one.kind, one.subject) in known:
            continue
        alert = Alert.objects.create(
            schedule=run.schedule,
            run=run,
            kind=one.kind,
            subject=one.subject,
            said=one.said,
            value=one.value,
            low=one.low,
            high=one.high,
            created_at=now,
        )
        alerts.append(alert)
        notice_write(run.schedule.workspace, f"alert.{one.kind}", {**_said(alert), **said}, now=now)
    return alerts


def _joined(found: Iterable[Found]) -> list[Found]:
    """One alert of each kind and subject: a corpus and a run's system may have the same name."""
    by_name: dict[tuple[str, str], Found] = {}
    for one in found:
        before = by_name.get((one.kind, one.subject))
        by_name[one.kind, one.subject] = replace(before, said=f"{before.said} {one.said}") if before else one
    return list(by_name.values())


def _said(alert: Alert) -> dict[str, Any]:
    figures = ("kind", "subject", "said", "value", "low", "high")
    return {
        "schedule": schedule_said(alert.schedule),
        "alert": {name: getattr(alert, name) for name in figures},
    }


def _keep(regrading: Regrading, figures: Drift) -> None:
    shift, gold = figures.shift, figures.gold_shift
    Regrading.objects.filter(pk=regrading.pk).update(
        n_pairs=figures.n_pairs,
        n_queries=figures.n_queries,
        agreement=figures.agreement,
        mean_then=figures.mean_then,
        mean_now=figures.mean_now,
        shift=shift.difference,
        shift_low=shift.low,
        shift_high=shift.high,
        gold_shift=gold.difference,
        gold_shift_low=gold.low,
        gold_shift_high=gold.high,
    )
