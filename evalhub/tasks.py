"""Celery envelopes: an id in, one call, nothing out."""

import django

django.setup()

from django.utils import timezone  # noqa: E402  (after setup: these import models)

from evalhub.celery import app  # noqa: E402
from evalhub.pipeline.advance import advance  # noqa: E402
from evalhub.pipeline.execute import execute_in_turn  # noqa: E402
from evalhub.pipeline.sweep import sweep  # noqa: E402


@app.task(name="evalhub.unit")  # type: ignore[untyped-decorator]  # celery ships no types
def unit_task(unit_id: int) -> None:
    """Claim a unit of its queue and run it."""
    execute_in_turn(unit_id)


@app.task(name="evalhub.advance")  # type: ignore[untyped-decorator]  # celery ships no types
def advance_task(job_id: int) -> None:
    """Move a job on."""
    advance(job_id, now=timezone.now())


@app.task(name="evalhub.sweep")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep_task() -> None:
    """Heal what a lost message or a dead worker left."""
    sweep(now=timezone.now())
