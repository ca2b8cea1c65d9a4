"""Ask for jobs, hold them, release them. Safe in the web process."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evalhub.core.digest import JsonValue, content_digest
from evalhub.dispatch import enqueue_advance
from evalhub.models import Job, Workspace, WorkUnit

HELD = (Job.State.PAUSED, Job.State.CANCELLED, Job.State.FAILED)
OPEN = (Job.State.WAITING, Job.State.RUNNING)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What identifies a job (`key`, hashed with its kind) and what it works on (`params`)."""

    kind: Job.Kind
    key: JsonValue
    params: dict[str, JsonValue]
    label: str
    queue: str
    item_word: str


def job_request(workspace: Workspace, request: JobRequest, requires: Sequence[Job], *, now: datetime) -> Job:
    """Return the job of this content, made now if there is none; one that was held or failed goes on."""
    key = content_digest([request.kind.value, request.key])
    # Looked for first: what is there is not written, and a transaction is a turn at the lock of SQLite.
    job = Job.objects.filter(workspace=workspace, key=key).first() or _made(
        workspace, request, key, requires, now
    )
    if job.state in HELD:
        job_release(job, now=now)
    elif job.state != Job.State.DONE:
        enqueue_advance(job.pk)
    return job


def _made(workspace: Workspace, request: JobRequest, key: str, requires: Sequence[Job], now: datetime) -> Job:
    with transaction.atomic():
        job, is_new = Job.objects.get_or_create(
            workspace=workspace,
            key=key,
            defaults={
                "kind": request.kind,
                "params": request.params,
                "label": request.label[:300],
                "queue": request.queue,
                "item_word": request.item_word,
            },
        )
        if is_new:
            job.requires.set(requires)
            WorkUnit.objects.create(job=job, number=0, available_at=now)
    return job


def job_hold(job: Job, state: Job.State) -> None:
    """Pause or cancel a job; units in hand notice at their next heartbeat and go back unharmed."""
    Job.objects.filter(pk=job.pk, state__in=OPEN).update(state=state)


def job_release(job: Job, *, now: datetime) -> None:
    """Let a paused, cancelled or failed job go on; what is done stays done, what failed is tried again."""
    with transaction.atomic():
        WorkUnit.objects.filter(job=job, state=WorkUnit.State.FAILED).update(
            state=WorkUnit.State.FREE, n_failures=0, error="", available_at=now
        )
        waiting = WorkUnit.objects.filter(job=job, state=WorkUnit.State.FREE)
        waiting.update(enqueued_at=None, available_at=now, n_fruitless=0)
        Job.objects.filter(pk=job.pk, state__in=HELD).update(
            state=Job.State.WAITING, error="", finished_at=None
        )
        job.refresh_from_db()
        enqueue_advance(job.pk)


def jobs_wake(jobs: Iterable[Job]) -> None:
    """Have a worker look at these jobs now instead of at the next sweep."""
    for job in jobs:
        if job.state in OPEN:
            enqueue_advance(job.pk)
