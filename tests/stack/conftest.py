"""Real processes in a home of their own; whatever a test leaves running is ended after it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from evalhub.stack import control
from tests.ports import free_port

STAND_IN = Path(__file__).with_name("stand_in_stack.py")


def _eventually(is_so: Callable[[], Any], what: str, within_s: float = 60.0) -> Any:
    deadline = time.monotonic() + within_s
    while not (value := is_so()):
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(0.02)
    return value


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Polls until a condition holds and returns its value; fails the test when it never does."""
    return _eventually


@dataclass(frozen=True)
class Processes:
    """The living processes whose environment or command line names a home."""

    home: Path

    def all(self) -> list[psutil.Process]:
        """Returns all of them."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            names_home = any(str(self.home) in part for part in process.cmdline())
            return names_home or process.environ().get("EVALHUB_HOME") == str(self.home)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def service(self, *words: str) -> psutil.Process | None:
        """Returns the oldest process with these words in its command line; never what starts it."""
        found = [process for process in self.all() if self._has(process, words)]
        return min(found, key=lambda process: process.create_time(), default=None)

    def _has(self, process: psutil.Process, words: tuple[str, ...]) -> bool:
        try:
            line = " ".join(process.cmdline())
        except psutil.NoSuchProcess:
            return False
        is_service = "child.py" not in line and STAND_IN.name not in line
        return is_service and all(word in line for word in words)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home; every process that names it is killed in the end."""
    folder = tmp_path / "home"
    for name in ("REDIS_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    for process in Processes(folder).all():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.fixture
def processes(home: Path) -> Processes:
    """The processes of the test's home."""
    return Processes(home)


@pytest.fixture
def port() -> int:
    """A port that is free."""
    return free_port()


@dataclass(frozen=True)
class StandIn:
    """A stand-in stack in the foreground, and what it says."""

    home: Path
    process: subprocess.Popen[str]

    def wait_ready(self) -> "StandIn":
        """Waits until the stack is ready."""
        _eventually(lambda: self.is_ready() or self.process.poll() is not None, "the stack is ready")
        assert self.is_ready(), self.output()
        return self

    def is_ready(self) -> bool:
        """Tells whether this stack, not an earlier one of the home, is ready."""
        found = control.running(self.home)
        return found is not None and found.pid == self.process.pid

    def output(self) -> str:
        """Waits for the end of the supervisor and returns all it said."""
        return self.process.communicate(timeout=60)[0]

    def exit_code(self) -> int:
        """Waits for the end of the supervisor."""
        return self.process.wait(timeout=60)


@pytest.fixture
def start(home: Path, port: int) -> Iterator[Callable[..., StandIn]]:
    """Starts a stand-in stack: services by name, each a few lines of Python."""
    started: list[subprocess.Popen[str]] = []

    def start_one(home: Path = home, port: int = port, **plan: Any) -> StandIn:
        command = [sys.executable, "-u", str(STAND_IN), str(home), str(port), json.dumps(plan)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ)
        )
        started.append(process)
        return StandIn(home, process)

    yield start_one
    for process in started:
        process.kill()
        process.communicate()
