"""`migrate`, one process of an installation at a time."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from evalhub import conf


class Command(Migrate):
    """Django's own, behind a lock of the home.

    Two that migrate at once find each other's tables half made, and die: the first `evalhub up` and a command
    that is typed meanwhile.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait for whoever migrates, then apply what is left, which is then often nothing."""
        with _turn(conf.home_folder() / "run", self._say):
            super().handle(*args, **options)

    def _say(self) -> None:
        self.stderr.write("another process is bringing the database to the present schema; waiting for it")


@contextmanager
def _turn(folder: Path, say: Callable[[], None]) -> Iterator[None]:
    """Hold the lock; the operating system frees it however its holder ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / "migration.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
