"""Starts the processes of a stack, keeps them running, and ends them in order."""

import queue
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from evalhub.stack import logs
from evalhub.stack.processes import ProcessSpec, StackPlan
from evalhub.stack.restarts import RestartPolicy
from evalhub.stack.service import Service
from evalhub.stack.spawn import Inherited, describe_end, kill_group, spawn

POLL_S = 0.05
START_WITHIN_S = 180.0
STOP_WITHIN_S = 10.0


class UnableToRunStack(Exception):
    """A process of the stack cannot be started or kept running."""


class StopAsked(Exception):
    """Somebody sent a signal that ends the stack."""


class Supervisor:
    """Runs one plan in the main thread of this process."""

    def __init__(
        self,
        plan: StackPlan,
        log_folder: Path,
        inherited: Inherited,
        policy: RestartPolicy,
        say: Callable[[str], None],
    ) -> None:
        """Takes `say` to tell the person at the terminal what happens."""
        self._plan = plan
        self._log_folder = log_folder
        self._inherited = inherited
        self._policy = policy
        self._say = say
        self._started: list[Service] = []
        # None: a signal asks for the end; a text: why the stack cannot go on.
        self._ends: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._n_signals = 0

    def run(self, on_ready: Callable[[], None], on_stop: Callable[[], None]) -> None:
        """Runs the stack until a signal ends it.

        Raises:
            UnableToRunStack: the database cannot be migrated, or a process does not stay up.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start_all()
            on_ready()
            self._pause(None)
        except StopAsked:
            self._say("EvalHub stops (Ctrl-C again ends everything at once)")
        finally:
            on_stop()
            self._stop_all()

    def _on_signal(self, *_: object) -> None:
        self._n_signals += 1
        if self._n_signals == 1:
            self._ends.put(None)
            return
        for service in self._started:
            service.kill()

    def _pause(self, timeout_s: float | None) -> None:
        try:
            failure = self._ends.get(timeout=timeout_s)
        except queue.Empty:
            return
        if failure is None:
            raise StopAsked
        raise UnableToRunStack(failure)

    def _start_all(self) -> None:
        if self._plan.broker:
            self._start(self._plan.broker)
        self._migrate()
        self._wait_until_ready()
        for spec in self._plan.services:
            self._start(spec)
        self._wait_until_ready()

    def _log(self, spec: ProcessSpec) -> Path:
        return self._log_folder / f"{spec.name}.log"

    def _start(self, spec: ProcessSpec) -> None:
        service = Service(
            spec, self._log(spec), self._inherited, self._policy, report=self._say, give_up=self._ends.put
        )
        self._started.append(service)
        service.start()

    def _migrate(self) -> None:
        spec = self._plan.migration
        log = self._log(spec)
        log_size = logs.size(log)
        migration = spawn(spec.argv, spec.env, log, self._inherited)
        try:
            code = self._wait_for_end(migration)
        finally:
            kill_group(migration.pid)
        if code:
            raise UnableToRunStack(
                f"the database could not be migrated ({describe_end(code)}); mend what the last lines of "
                f"{log} name, then start again:\n{logs.tail(log, since=log_size)}"
            )

    def _wait_for_end(self, process: subprocess.Popen[bytes]) -> int:
        while (code := process.poll()) is None:
            self._pause(POLL_S)
        return code

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        waiting = list(self._started)
        while waiting := [service for service in waiting if not service.is_ready]:
            if time.monotonic() > deadline:
                raise UnableToRunStack(_not_ready(waiting))
            self._pause(POLL_S)

    def _stop_all(self) -> None:
        # The broker goes last: workers hand what they hold back to it.
        last = self._started[:1] if self._plan.broker else []
        others = [service for service in reversed(self._started) if service not in last]
        _stop_together(others)
        _stop_together(last)


def _stop_together(services: Sequence[Service]) -> None:
    for service in services:
        service.stop()
    deadline = time.monotonic() + STOP_WITHIN_S
    for service in services:
        if not service.wait(max(deadline - time.monotonic(), 0.0)):
            service.kill()
            service.wait(STOP_WITHIN_S)


def _not_ready(services: Sequence[Service]) -> str:
    names = ", ".join(service.spec.name for service in services)
    shown = "\n".join(f"{service.log}:\n{logs.tail(service.log)}" for service in services)
    return f"not ready after {START_WITHIN_S:.0f} s: {names}; mend what their logs name, then retry\n{shown}"
