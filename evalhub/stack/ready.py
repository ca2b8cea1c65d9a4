"""Loaded into a Celery worker of the stack: says by a file that the worker takes tasks."""

import os
from pathlib import Path

from celery.signals import worker_ready


def write_ready_file(**_: object) -> None:
    """Writes the file that the supervisor waits for."""
    Path(os.environ["EVALHUB_READY_FILE"]).touch()


worker_ready.connect(write_ready_file)
