"""One stack per home: locks that the operating system frees however their holders end."""

import fcntl
import os
import time
from pathlib import Path

from evalhub.core.errors import UserError
from evalhub.stack.info import StackInfo, info_from_json

POLL_S = 0.05
# Somebody who asks whether a stack runs holds the lock for an instant.
QUESTIONS_END_WITHIN_S = 0.5
# What a killed supervisor leaves ends at once; only a loaded machine takes this long.
LEFTOVERS_END_WITHIN_S = 10.0


class UnableToLockHome(UserError):
    """Another stack uses the home."""


def acquire(home: Path, stack: StackInfo) -> int:
    """Locks the home until this process ends.

    Returns:
        A second lock for the processes of the stack to inherit: held while any of them lives.

    Raises:
        UnableToLockHome: a stack runs there, or processes of a killed one do not end.
    """
    own = _open(_supervisor_path(home))
    if not _take(own, QUESTIONS_END_WITHIN_S):
        os.close(own)
        raise UnableToLockHome(_who_runs(home))
    os.ftruncate(own, 0)
    os.pwrite(own, stack.to_json().encode(), 0)
    shared = _open(_processes_path(home))
    if not _take(shared, LEFTOVERS_END_WITHIN_S):
        os.close(shared)
        os.close(own)
        raise UnableToLockHome(
            f"{home}: processes of an earlier stack still run there; end those whose environment has "
            f"EVALHUB_HOME={home}, then try again"
        )
    return shared


def has_supervisor(home: Path) -> bool:
    """Tells whether a stack runs in this home (or starts, or stops)."""
    return _is_held(_supervisor_path(home))


def has_processes(home: Path) -> bool:
    """Tells whether anything of a stack of this home lives."""
    return has_supervisor(home) or _is_held(_processes_path(home))


def read_holder(home: Path) -> StackInfo | None:
    """Returns what the last supervisor wrote when it took the lock."""
    try:
        return info_from_json(_supervisor_path(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _supervisor_path(home: Path) -> Path:
    return home / "run" / "stack.lock"


def _processes_path(home: Path) -> Path:
    return home / "run" / "processes.lock"


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _take(lock: int, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)
        else:
            return True


def _is_held(path: Path) -> bool:
    try:
        question = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(question, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(question)
    return False


def _who_runs(home: Path) -> str:
    holder = read_holder(home)
    who = f" (process {holder.pid}, {holder.url})" if holder else ""
    return (
        f"{home}: a stack already runs there{who}; use that one, stop it with `make stop` or Ctrl-C where "
        "it runs, or set EVALHUB_HOME to another folder"
    )
