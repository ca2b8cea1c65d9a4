"""A stack that short commands share ends with the last of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from evalhub.stack import control
from evalhub.stack.info import StackInfo
from evalhub.stack.users import shared_stack

STOP_WITHIN_S = 30.0


@contextmanager
def user(home: Path, start: Callable[[], StackInfo]) -> Iterator[StackInfo]:
    with shared_stack(home, start, STOP_WITHIN_S) as stack:
        yield stack


@pytest.fixture
def starter(home: Path, start: Callable[..., Any]) -> Callable[[], StackInfo]:
    """Starts a stand-in stack and waits for it, as the command line does with the real one."""

    def begin() -> StackInfo:
        start().wait_ready()
        found = control.running(home)
        assert found is not None
        return found

    return begin


def no_start() -> StackInfo:
    raise AssertionError("a stack runs already")


def test_the_first_user_may_leave_before_the_second(
    home: Path, starter: Callable[[], StackInfo], processes: Any, eventually: Callable[..., Any]
) -> None:
    with ExitStack() as second:
        with user(home, starter) as stack:
            assert second.enter_context(user(home, no_start)) == stack
        assert control.running(home) == stack
    assert control.running(home) is None
    # A process lets go of its locks, which is what a stop waits for, a moment before it is gone.
    eventually(lambda: stack.pid not in [process.pid for process in processes.all()], "the stack is gone")


def test_a_stack_that_somebody_started_for_good_stays(home: Path, starter: Callable[[], StackInfo]) -> None:
    stack = starter()
    with user(home, no_start) as found:
        assert found == stack
    assert control.running(home) == stack


def test_the_stack_of_a_killed_user_ends_with_the_next_one(
    home: Path, starter: Callable[[], StackInfo]
) -> None:
    stack = starter()
    # All that a user killed with SIGKILL leaves: the mark, and no lock.
    (home / "run" / "for-users.pid").write_text(str(stack.pid))
    with user(home, no_start):
        pass
    assert control.running(home) is None


def test_a_mark_of_an_earlier_stack_ends_no_other(home: Path, starter: Callable[[], StackInfo]) -> None:
    stack = starter()
    (home / "run" / "for-users.pid").write_text(str(os.getpid()))
    with user(home, no_start):
        pass
    assert control.running(home) == stack
