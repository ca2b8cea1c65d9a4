"""Heal what lost messages and dead workers left; run every few seconds by the scheduler."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import OperationalError
from django.db.models import F, Q

from evalhub.models import Campaign, Job, WorkUnit
from evalhub.pipeline.advance import advance
from evalhub.pipeline.deliver_sweep import sweep_deliveries
from evalhub.pipeline.search_sweep import sweep_searches
from evalhub.services.campaign_states import campaign_refresh
from evalhub.services.idempotency import answers_forget
from evalhub.services.schedule_checks import schedule_runs_check
from evalhub.services.schedule_runs import schedules_start_due
from evalhub.services.worker import is_dead_here

logger = logging.getLogger(__name__)

# A message is thought lost after this; sending it twice is harmless, a claim takes one.
LOST_AFTER = timedelta(seconds=120)
MAX_FAILURES = 5


def sweep(*, now: datetime) -> None:
    """Give expired leases back, forget lost messages and old answers, advance every open job and campaign."""
    expire_leases(now=now)
    # A unit that waits for its time has a message on its way that is not lost.
    due = WorkUnit.objects.filter(state=WorkUnit.State.FREE, available_at__lt=now - LOST_AFTER)
    due.filter(enqueued_at__lt=now - LOST_AFTER).update(enqueued_at=None)
    is_open = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
    for job_id in is_open.values_list("pk", flat=True):
        _guarded(f"job {job_id}", partial(advance, job_id, now=now))
    for campaign in Campaign.objects.filter(state=Campaign.State.RUNNING):
        _guarded(f"campaign {campaign.pk}", partial(campaign_refresh, campaign, now=now))
    _guarded("searches", partial(sweep_searches, now=now))
    _guarded("old answers", partial(answers_forget, now=now))
    _guarded("schedules", partial(schedules_start_due, now=now))
    _guarded("checks of schedules", partial(schedule_runs_check, now=now))
    _guarded("messages", partial(sweep_deliveries, now=now))


def _guarded(what: str, heal: Callable[[], object]) -> None:
    """What raises must not hold up what comes after it; a database that is away holds up all."""
    try:
        heal()
    except OperationalError:
        raise
    except Exception:
        logger.exception("the sweep failed at %s", what)


def expire_leases(*, now: datetime) -> None:
    """Free the units whose worker is gone; one that keeps killing its workers fails."""
    claimed = WorkUnit.objects.filter(state=WorkUnit.State.CLAIMED)
    dead = [name for name in claimed.values_list("worker", flat=True).distinct() if is_dead_here(name)]
    gone = claimed.filter(Q(lease_until__lt=now) | Q(worker__in=dead))
    gone.filter(n_failures__gte=MAX_FAILURES - 1).update(
        state=WorkUnit.State.FAILED,
        finished_at=now,
        error=f"its worker died or hung {MAX_FAILURES} times in a row without progress; see the worker's log "
        "(out of memory?), then retry",
    )
    gone.update(
        state=WorkUnit.State.FREE,
        lease_until=None,
        enqueued_at=None,
        available_at=now,
        n_failures=F("n_failures") + 1,
    )
