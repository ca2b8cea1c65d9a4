"""The stack as users run it: the real broker, Celery workers, scheduler and web process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from celery import Celery

from evalhub.stack import address, control
from evalhub.stack.info import StackInfo
from evalhub.stack.processes import web_answers

pytestmark = pytest.mark.slow

START_WITHIN_S = 240.0
ALL_SERVICES = [
    ("unixsocket:",),
    ("celery", "worker", "compute@"),
    ("celery", "worker", "default@"),
    ("celery", "worker", "messages@"),
    ("celery", "worker", "search@"),
    ("celery", "beat"),
    ("gunicorn",),
]

WORKERS = {"compute", "default", "messages", "search"}


@pytest.fixture
def stack(home: Path, port: int) -> Iterator[StackInfo]:
    """A ready stack in the background."""
    yield control.start_detached(home, port, START_WITHIN_S)
    control.stop(home, wait_s=60)


def answering_workers(home: Path) -> set[str]:
    """Returns the names of the workers that take commands, and so tasks, right now."""
    app = Celery(broker=address.broker_url(home))
    try:
        answers = app.control.ping(timeout=2)
    except app.connection().connection_errors:
        return set()
    finally:
        app.close()
    return {name.partition("@")[0] for answer in answers for name in answer}


def kill_service(
    words: tuple[str, ...], processes: Any, eventually: Callable[..., Any]
) -> tuple[psutil.Process, psutil.Process]:
    """Kills a service and returns it with its successor."""
    victim = processes.service(*words)
    offspring = victim.children(recursive=True)
    victim.kill()
    eventually(lambda: not any(p.is_running() for p in [victim, *offspring]), f"{words} is gone")
    return victim, eventually(lambda: processes.service(*words), f"{words} came back")


def test_whatever_is_killed_comes_back(
    stack: StackInfo, home: Path, port: int, processes: Any, eventually: Callable[..., Any]
) -> None:
    assert web_answers(port)
    eventually(lambda: answering_workers(home) == WORKERS, "the workers take tasks")
    for words in ALL_SERVICES:
        victim, successor = kill_service(words, processes, eventually)
        assert victim.pid != successor.pid
    eventually(lambda: web_answers(port), "the web process answers again")
    eventually(lambda: answering_workers(home) == WORKERS, "the workers take tasks again")
    assert control.running(home) == stack


def test_a_killed_stack_leaves_nothing_and_starts_again(
    stack: StackInfo, home: Path, port: int, processes: Any, eventually: Callable[..., Any]
) -> None:
    # Pool processes of workers and gunicorn's own are forks that nobody told of the supervisor.
    assert len(processes.service("compute@").children()) == 1
    assert len(processes.service("default@").children()) == 2
    assert len(processes.service("messages@").children()) == 0
    assert len(processes.service("search@").children()) == 0
    eventually(lambda: len(processes.service("gunicorn").children()) == 2, "both web processes run")
    psutil.Process(stack.pid).kill()
    eventually(lambda: processes.all() == [], "all processes ended")
    assert control.running(home) is None
    again = control.start_detached(home, port, START_WITHIN_S)
    assert again.pid != stack.pid
    eventually(lambda: answering_workers(home) == WORKERS, "the workers take tasks")
    assert control.stop(home, wait_s=60)
    eventually(lambda: processes.all() == [], "all processes ended")


def test_a_second_start_says_which_stack_is_there(stack: StackInfo, home: Path, port: int) -> None:
    with pytest.raises(
        control.UnableToStart, match=rf"already runs there \(process {stack.pid}, {stack.url}\)"
    ):
        control.start_detached(home, port + 1, START_WITHIN_S)
    assert control.running(home) == stack


def test_no_process_loads_a_model_library_before_it_needs_one(stack: StackInfo, processes: Any) -> None:
    mapped = {
        Path(mapping.path).name
        for process in processes.all()
        for mapping in process.memory_maps(grouped=True)
    }
    assert not [name for name in mapped if name.startswith("libtorch")]
