"""One stack per home."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalhub.stack import control, info, lock


def stack(pid: int) -> info.StackInfo:
    return info.StackInfo(pid, 8000, "http://127.0.0.1:8000", "2026-01-01T00:00:00+00:00")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose locks are freed after the test, as the end of a process would."""
    opened: list[int] = []
    open_lock = lock._open

    def remember(path: Path) -> int:
        opened.append(open_lock(path))
        return opened[-1]

    monkeypatch.setattr(lock, "_open", remember)
    monkeypatch.setattr(lock, "QUESTIONS_END_WITHIN_S", 0.1)
    monkeypatch.setattr(lock, "LEFTOVERS_END_WITHIN_S", 0.1)
    (tmp_path / "run").mkdir()
    yield tmp_path
    for number in opened:
        try:
            os.close(number)
        except OSError:
            continue


def test_the_second_is_refused_and_told_who_is_there(folder: Path) -> None:
    lock.acquire(folder, stack(4711))
    with pytest.raises(lock.UnableToLockHome, match=r"process 4711, http://127.0.0.1:8000.*make stop"):
        lock.acquire(folder, stack(4712))
    assert lock.read_holder(folder) == stack(4711)


def test_a_refusal_does_not_depend_on_what_the_holder_wrote(folder: Path) -> None:
    lock.acquire(folder, stack(4711))
    lock._supervisor_path(folder).write_text("")
    with pytest.raises(lock.UnableToLockHome, match="a stack already runs there; use that one"):
        lock.acquire(folder, stack(4712))


def test_what_a_killed_stack_wrote_blocks_nobody(folder: Path) -> None:
    # This process lives, and yet holds no lock: its number says nothing.
    lock._supervisor_path(folder).write_text(stack(os.getpid()).to_json())
    lock.acquire(folder, stack(4711))
    assert lock.read_holder(folder) == stack(4711)


def test_processes_left_behind_are_named(folder: Path) -> None:
    left = lock._open(lock._processes_path(folder))
    assert lock._take(left, 0.0)
    assert lock.has_processes(folder)
    assert not lock.has_supervisor(folder)
    with pytest.raises(lock.UnableToLockHome, match=f"end those whose environment has EVALHUB_HOME={folder}"):
        lock.acquire(folder, stack(4711))
    assert not lock.has_supervisor(folder)


def test_a_home_without_a_stack_is_not_locked(tmp_path: Path) -> None:
    assert not lock.has_processes(tmp_path)
    assert lock.read_holder(tmp_path) is None


def test_a_state_file_without_a_lock_is_not_a_running_stack(folder: Path) -> None:
    info.write_state(folder, stack(4711))
    assert control.running(folder) is None
    assert control.stop(folder, wait_s=1.0) is False


def test_a_lock_without_a_state_file_is_a_stack_not_ready_yet(folder: Path) -> None:
    lock.acquire(folder, stack(4711))
    assert control.running(folder) is None
    info.write_state(folder, stack(4711))
    assert control.running(folder) == stack(4711)


def test_the_state_of_a_killed_stack_is_not_the_next_one(folder: Path) -> None:
    info.write_state(folder, stack(4711))
    lock.acquire(folder, stack(4712))
    assert control.running(folder) is None


def test_a_half_written_state_is_none() -> None:
    assert info.info_from_json('{"pid": 1') is None
