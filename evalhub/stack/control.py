"""Finding, starting and stopping the stack of a home from another process."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from evalhub.core.errors import UserError
from evalhub.stack import info, lock, logs
from evalhub.stack.info import StackInfo

POLL_S = 0.05
KILLED_WITHIN_S = 10.0


class UnableToStart(UserError):
    """A stack in the background did not become ready."""


class UnableToStop(UserError):
    """Processes of a stack do not end."""


def running(home: Path) -> StackInfo | None:
    """Returns the stack that is ready in this home, None where there is none (or not yet)."""
    found = info.read_state(home)
    # A killed stack leaves its state file; the next one writes the lock before it removes that file.
    is_current = lock.has_supervisor(home) and found == lock.read_holder(home)
    return found if is_current else None


def start_detached(home: Path, port: int, wait_s: float) -> StackInfo:
    """Starts a stack that outlives this process and waits until web and workers are ready.

    Raises:
        UnableToStart: it ended, or was not ready in time; the message shows what it said.
    """
    (home / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
    log = home / "logs" / "stack.log"
    log_size = logs.size(log)
    with logs.open_log(log) as output:
        process = subprocess.Popen(  # noqa: S603 - only this interpreter and two of our own values
            [sys.executable, "-m", "evalhub.stack", str(home), str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def started() -> StackInfo | None:
        found = running(home)
        return found if found and found.pid == process.pid else None

    _poll(lambda: started() is not None or process.poll() is not None, wait_s)
    if ready := started():
        return ready
    has_ended = process.poll() is not None
    process.terminate()
    raise UnableToStart(_why(has_ended, wait_s, log, log_size))


def _why(has_ended: bool, wait_s: float, log: Path, log_size: int) -> str:
    said = logs.tail(log, since=log_size)
    if has_ended:
        return f"the stack did not start:\n{said}"
    return f"the stack was not ready after {wait_s:.0f} s; look into {log.parent}:\n{said}"


def stop(home: Path, wait_s: float) -> bool:
    """Stops the stack of this home and waits for its end; tells whether there was one.

    Raises:
        UnableToStop: processes of it are left even after a kill.
    """
    if not lock.has_processes(home):
        return False
    for number, patience_s in ((signal.SIGTERM, wait_s), (signal.SIGKILL, KILLED_WITHIN_S)):
        _signal_supervisor(home, number)
        if _poll(lambda: not lock.has_processes(home), patience_s):
            return True
    raise UnableToStop(f"{home}: processes of its stack do not end; end those with EVALHUB_HOME={home}")


def _signal_supervisor(home: Path, number: signal.Signals) -> None:
    holder = lock.read_holder(home)
    if holder and lock.has_supervisor(home):
        with contextlib.suppress(ProcessLookupError):
            os.kill(holder.pid, number)


def _poll(is_done: Callable[[], bool], wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while not is_done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
