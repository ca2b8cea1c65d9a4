"""A broker in a list, and a job kind whose work the test decides."""

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub import wiring
from evalhub.models import Job, Workspace, WorkUnit
from evalhub.pipeline import advance as advance_module
from evalhub.pipeline import execute as execute_module
from evalhub.pipeline.kind import Kind, Progress, UnitPlan
from evalhub.services.jobs import JobRequest, job_request
from evalhub.services.workspaces import workspace_default
from tests.raters.grading_provider import Grades, grading_provider


class Broker:
    """Holds messages as a broker does; `drain` is the workers."""

    def __init__(self) -> None:
        self.messages: deque[tuple[str, int]] = deque()

    def send(self, task: str, row_id: int, queue: str, delay_s: float) -> None:
        self.messages.append((task, row_id))

    def drain(self) -> None:
        while self.messages:
            task, row_id = self.messages.popleft()
            if task == "evalhub.unit":
                execute_module.execute(row_id)
            else:
                advance_module.advance(row_id, now=timezone.now())


class Recorder:
    """A kind of `n_units` units; records what ran, and does what the test put in `behaviour`."""

    def __init__(self) -> None:
        self.n_units = 2
        self.ran: list[int] = []
        self.completed: list[int] = []
        self.behaviour: Callable[[WorkUnit], None] = lambda unit: None

    def plan(self, job: Job) -> list[UnitPlan]:
        return [UnitPlan({"n": n}, n_items=10) for n in range(self.n_units)]

    def run(self, job: Job, unit: WorkUnit, progress: Progress) -> None:
        self.behaviour(unit)
        self.ran.append(unit.number)

    def complete(self, job: Job) -> None:
        self.completed.append(job.pk)


@pytest.fixture
def workspace(transactional_db: None) -> Workspace:
    return workspace_default()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()
    monkeypatch.setattr("evalhub.dispatch._send", broker.send)
    return broker


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    kind = Kind(recorder.plan, recorder.run, recorder.complete)
    for module in (advance_module, execute_module):
        monkeypatch.setattr(module, "KINDS", {Job.Kind.INGEST: kind})
    return recorder


@pytest.fixture
def ask(workspace: Workspace, broker: Broker) -> Callable[..., Job]:
    """Ask for a job of the recorder's kind by its key."""

    def asked(key: str, *requires: Job) -> Job:
        request = JobRequest(Job.Kind.INGEST, key, {}, f"job {key}", "default", "things")
        return job_request(workspace, request, requires, now=timezone.now())

    return asked


@pytest.fixture
def calls() -> list[tuple[str, str]]:
    """What the provider was asked: (model, document)."""
    return []


@pytest.fixture
def base_url(
    grades: Grades, calls: list[tuple[str, str]], settings: Any, tmp_path: Path, workspace: Workspace
) -> Iterator[str]:
    """A provider that gives the `grades` of the test module."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    with grading_provider(grades, calls) as url:
        yield url
    wiring._hosted_rater.cache_clear()
