"""Claim, release and finish units; every write is conditional on the attempt still being ours."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from evalhub import conf
from evalhub.models import Job, WorkUnit
from evalhub.pipeline.kind import Later, UnitPlan
from evalhub.services.worker import worker_name

BATCH = 500


def claim_unit(unit_id: int, *, now: datetime) -> WorkUnit | None:
    """Take a free unit of a running job; None where there is nothing to take."""
    unit = WorkUnit.objects.select_related("job", "job__workspace").filter(pk=unit_id).first()
    if unit is None:
        return None
    taken = WorkUnit.objects.filter(
        pk=unit_id,
        attempt=unit.attempt,
        state=WorkUnit.State.FREE,
        available_at__lte=now,
        job_id__in=Job.objects.filter(pk=unit.job_id, state=Job.State.RUNNING).values("pk"),
    ).update(
        state=WorkUnit.State.CLAIMED,
        attempt=unit.attempt + 1,
        lease_until=now + timedelta(seconds=conf.lease_s()),
        worker=worker_name(),
        started_at=now,
        error="",
    )
    if not taken:
        return None
    unit.refresh_from_db()
    return unit


def finish_unit(unit: WorkUnit, plans: Iterable[UnitPlan], *, now: datetime) -> bool:
    """Mark the unit done and, where it planned the job, insert what it planned; False if it is not ours."""
    with transaction.atomic():
        is_ours = _held(unit).update(
            state=WorkUnit.State.DONE, finished_at=now, n_items_done=unit.n_items, busy_s=_busy_s(unit, now)
        )
        if is_ours and unit.number == 0:
            rows = (
                WorkUnit(job=unit.job, number=n, payload=p.payload, n_items=p.n_items, available_at=now)
                for n, p in enumerate(plans, start=1)
            )
            WorkUnit.objects.bulk_create(rows, batch_size=BATCH)
            Job.objects.filter(pk=unit.job_id).update(is_planned=True)
    return bool(is_ours)


def release_unit(
    unit: WorkUnit, *, now: datetime, delay_s: float = 0.0, reason: str = "", n_fruitless: int | None = None
) -> bool:
    """Give the unit back, to be claimed again after `delay_s`; not counted as a failure."""
    return bool(
        _held(unit).update(
            state=WorkUnit.State.FREE,
            lease_until=None,
            enqueued_at=None,
            error=reason,
            available_at=now + timedelta(seconds=delay_s),
            **({} if n_fruitless is None else {"n_fruitless": n_fruitless}),
        )
    )


def postpone_unit(unit: WorkUnit, later: Later, *, now: datetime) -> bool:
    """Give a unit back that asked for it; True where that was its last fruitless try, and the job fails.

    All free units fail with it: they would ask the same provider, one after the other, for hours.
    """
    reason, fruitless = str(later), later.fruitless
    if fruitless is None:
        release_unit(unit, now=now, delay_s=later.delay_s, reason=reason)
        return False
    n_tries = unit.n_fruitless + 1
    if n_tries < fruitless.max_tries:
        release_unit(unit, now=now, delay_s=later.delay_s, reason=reason, n_fruitless=n_tries)
        return False
    error = f"{reason}; {n_tries} tries in a row brought nothing. {fruitless.remedy}"
    with transaction.atomic():
        if is_ours := fail_unit(unit, error, now=now):
            free = WorkUnit.objects.filter(job_id=unit.job_id, state=WorkUnit.State.FREE)
            free.update(state=WorkUnit.State.FAILED, error=error, finished_at=now)
    return is_ours


def units_bore_fruit(unit: WorkUnit) -> None:
    """Something new was stored: no unit of the job has tried in vain."""
    WorkUnit.objects.filter(job_id=unit.job_id, n_fruitless__gt=0).update(n_fruitless=0)
    unit.n_fruitless = 0


def fail_unit(unit: WorkUnit, error: str, *, now: datetime) -> bool:
    """Record why the unit can not be done."""
    return bool(_held(unit).update(state=WorkUnit.State.FAILED, error=error, finished_at=now))


def _held(unit: WorkUnit) -> QuerySet[WorkUnit]:
    return WorkUnit.objects.filter(pk=unit.pk, attempt=unit.attempt, state=WorkUnit.State.CLAIMED)


def _busy_s(unit: WorkUnit, now: datetime) -> float:
    return (now - unit.started_at).total_seconds() if unit.started_at else 0.0
