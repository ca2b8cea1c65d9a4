"""Several short commands share one stack that none of them started for good; the last one ends it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evalhub.stack import control
from evalhub.stack.info import StackInfo

Start = Callable[[], StackInfo]


@contextmanager
def shared_stack(home: Path, start: Start, stop_wait_s: float) -> Iterator[StackInfo]:
    """The stack of this home, started if none runs; one that was started so ends with its last user.

    A user that was killed counts no longer: the operating system frees its lock.

    Raises:
        UnableToStart: see `control.start_detached`.
        UnableToStop: see `control.stop`.
    """
    (home / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock(home / "run" / "users.lock") as users:
        stack = _join(home, users, start)
        try:
            yield stack
        finally:
            _leave(home, users, stop_wait_s)


def _join(home: Path, users: int, start: Start) -> StackInfo:
    """Become a user; whoever finds no stack starts one while all others wait at the door."""
    with _door(home):
        stack = control.running(home)
        if stack is None:
            stack = start()
            _mark(home).write_text(str(stack.pid), encoding="ascii")
        fcntl.flock(users, fcntl.LOCK_SH)
        return stack


def _leave(home: Path, users: int, stop_wait_s: float) -> None:
    """End the stack if it was started for its users and this was the last of them."""
    with _door(home):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if _is_for_users(home, control.running(home)):
            control.stop(home, stop_wait_s)
            _mark(home).unlink(missing_ok=True)


@contextmanager
def _door(home: Path) -> Iterator[None]:
    """One at a time comes or goes."""
    with _lock(home / "run" / "door.lock") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


@contextmanager
def _lock(path: Path) -> Iterator[int]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield lock
    finally:
        os.close(lock)


def _is_for_users(home: Path, stack: StackInfo | None) -> bool:
    try:
        return stack is not None and _mark(home).read_text(encoding="ascii") == str(stack.pid)
    except FileNotFoundError:
        return False


def _mark(home: Path) -> Path:
    """Holds the process id of a supervisor that was started for its users."""
    return home / "run" / "for-users.pid"
