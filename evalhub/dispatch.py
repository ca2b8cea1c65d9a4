"""Enqueue by task name, after commit; the broker carries ids only.

A message that could not be sent is no error: the sweep sends it again.
"""

import logging
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError

from evalhub.celery import app

logger = logging.getLogger(__name__)

# Of the broker, where less is sooner. What moves jobs on takes milliseconds and lets others have their turn:
# it does not stand behind the units of whoever came first.
FIRST, AFTER = 0, 3


def enqueue_unit(unit_id: int, queue: str, *, delay_s: float = 0.0) -> None:
    """Have a worker of `queue` try to claim the unit."""
    transaction.on_commit(partial(_send, "evalhub.unit", unit_id, queue, delay_s))


def enqueue_advance(job_id: int) -> None:
    """Have a worker look at what the job needs next."""
    transaction.on_commit(partial(_send, "evalhub.advance", job_id, "default", 0.0))


def enqueue_search(search_id: int) -> None:
    """Have the worker that is warm answer a search."""
    transaction.on_commit(partial(_send, "evalhub.search", search_id, "search", 0.0))


def enqueue_delivery(delivery_id: int) -> None:
    """Have a worker send a message."""
    transaction.on_commit(partial(_send, "evalhub.deliver", delivery_id, "messages", 0.0))


def _send(task: str, row_id: int, queue: str, delay_s: float) -> None:
    try:
        priority = AFTER if task == "evalhub.unit" else FIRST
        app.send_task(task, args=[row_id], queue=queue, countdown=delay_s or None, priority=priority)
    except OperationalError as error:
        logger.warning("broker away (%s): %s %s waits for the sweep", error, task, row_id)
