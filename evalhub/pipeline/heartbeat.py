"""Extend the lease of a unit while it is worked on, and carry its progress."""

import threading
from datetime import timedelta
from types import TracebackType

from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from evalhub import conf
from evalhub.models import Job, WorkUnit
from evalhub.pipeline.kind import LeaseLost


class Heartbeat:
    """A thread that beats until the block ends; calling it records progress and tells a lost lease."""

    def __init__(self, unit: WorkUnit) -> None:
        self._unit = unit
        self._n_items_done = unit.n_items_done
        self._is_lost = False
        self._is_stopped = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._beat_until_stopped, daemon=True)

    def __call__(self, n_items_done: int) -> None:
        is_first = self._n_items_done <= self._unit.n_items_done < n_items_done
        self._n_items_done = n_items_done
        if is_first:
            self._wake.set()  # a worker that dies soon after is not one that never came on
        if self._is_lost:
            raise LeaseLost(str(self._unit))

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopped = True
        self._wake.set()
        self._thread.join()

    def _beat_until_stopped(self) -> None:
        try:
            while not self._is_stopped:
                self._wake.wait(conf.heartbeat_s())
                self._wake.clear()
                if not self._is_stopped:
                    self._beat()
        finally:
            connection.close()  # this thread's own

    def _beat(self) -> None:
        """Extend the lease, also that of a held job: calls in flight are waited for under it."""
        try:
            ours = WorkUnit.objects.filter(
                pk=self._unit.pk, attempt=self._unit.attempt, state=WorkUnit.State.CLAIMED
            )
            is_ours = bool(ours.update(**self._changes()))
            is_running = Job.objects.filter(pk=self._unit.job_id, state=Job.State.RUNNING).exists()
        except OperationalError:
            connection.close()  # busy or away: connect anew; the lease outlasts several beats
            return
        self._is_lost = self._is_lost or not (is_ours and is_running)

    def _changes(self) -> dict[str, object]:
        lease_until = timezone.now() + timedelta(seconds=conf.lease_s())
        changes: dict[str, object] = {"lease_until": lease_until, "n_items_done": self._n_items_done}
        if self._n_items_done > self._unit.n_items_done:
            changes["n_failures"] = 0
        return changes
