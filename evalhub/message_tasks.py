"""Celery envelope of messages, apart from the others: whoever waits on a receiver holds nobody else up."""

import django

django.setup()

from django.utils import timezone  # noqa: E402  (after setup, as in evalhub.tasks)

from evalhub.celery import app  # noqa: E402
from evalhub.pipeline.deliver import deliver  # noqa: E402


@app.task(name="evalhub.deliver")  # type: ignore[untyped-decorator]  # celery ships no types
def deliver_task(delivery_id: int) -> None:
    """Send a message."""
    deliver(delivery_id, clock=timezone.now)
