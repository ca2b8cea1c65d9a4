"""Move a job on: read counts, decide, apply in one short transaction. Two that race cannot both win."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from evalhub.dispatch import enqueue_advance, enqueue_unit
from evalhub.models import Job, WorkUnit
from evalhub.pipeline.decide import Facts, Step, decide
from evalhub.pipeline.kinds import KINDS
from evalhub.services.campaign_states import campaigns_refresh

# Units of one job in the broker at a time: enough for a few workers, few enough that jobs take turns.
WINDOW = 16


def advance(job_id: int, *, now: datetime) -> None:
    """Do what the job needs next, and again until it needs nothing more now."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return
    step = decide(job_facts(job))
    if step is Step.START and _move(job, Job.State.WAITING, Job.State.RUNNING, started_at=now):
        advance(job_id, now=now)
    elif step is Step.FEED:
        feed(job, now=now)
    elif step is Step.COMPLETE:
        complete(job, now=now)
    elif step is Step.FAIL:
        fail(job, now=now)


def job_facts(job: Job) -> Facts:
    """Read what `decide` needs."""
    units = job.units.aggregate(
        n_free=Count("pk", filter=Q(state=WorkUnit.State.FREE)),
        n_claimed=Count("pk", filter=Q(state=WorkUnit.State.CLAIMED)),
        n_failed=Count("pk", filter=Q(state=WorkUnit.State.FAILED)),
    )
    failed = Q(state__in=[Job.State.FAILED, Job.State.CANCELLED])
    required = job.requires.aggregate(
        n_required_open=Count("pk", filter=~Q(state=Job.State.DONE)),
        n_required_failed=Count("pk", filter=failed),
    )
    return Facts(state=job.state, is_planned=job.is_planned, **units, **required)


def feed(job: Job, *, now: datetime) -> None:
    """Keep up to WINDOW free units of the job in the broker."""
    free = job.units.filter(state=WorkUnit.State.FREE).order_by("number")
    n_sent = free.filter(enqueued_at__isnull=False).count()
    for unit in free.filter(enqueued_at=None)[: max(0, WINDOW - n_sent)]:
        with transaction.atomic():
            if WorkUnit.objects.filter(pk=unit.pk, enqueued_at=None).update(enqueued_at=now):
                wait_s = (unit.available_at - now).total_seconds()
                queue = job.queue if unit.number else "default"
                enqueue_unit(unit.pk, queue, delay_s=max(0.0, wait_s))


def complete(job: Job, *, now: datetime) -> None:
    """Publish the job's result and wake what waited for it."""
    with transaction.atomic():
        if not _move(job, Job.State.RUNNING, Job.State.DONE, finished_at=now):
            return
        KINDS[job.kind].complete(job)
    _wake(job, now=now)


def fail(job: Job, *, now: datetime) -> None:
    """Record the first reason, and let what waited for it fail too."""
    unit = job.units.filter(state=WorkUnit.State.FAILED).order_by("number").first()
    needed = job.requires.filter(state__in=[Job.State.FAILED, Job.State.CANCELLED]).first()
    error = unit.error if unit else f"needs {needed}, which ended as {needed.state}" if needed else ""
    if _move(job, job.state, Job.State.FAILED, finished_at=now, error=error):
        _wake(job, now=now)


def _move(job: Job, before: str, after: Job.State, **changes: object) -> bool:
    moved = Job.objects.filter(pk=job.pk, state=before).update(state=after, **changes)
    return bool(moved)


def _wake(job: Job, *, now: datetime) -> None:
    for waiting in job.required_by.filter(state=Job.State.WAITING):
        enqueue_advance(waiting.pk)
    campaigns_refresh(job, now=now)
