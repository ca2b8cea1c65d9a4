"""Times of schedules that start nothing: each says why, once, and holds nobody up."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import Campaign, Delivery, Schedule, ScheduleRun, System, Workspace
from evalhub.services import schedule_runs
from evalhub.services.queries import queries_import
from evalhub.services.schedule_runs import schedules_start_due
from evalhub.services.webhooks import NewWebhook, webhook_create
from tests.api.conftest import QUERIES, jsonl, spec
from tests.api.schema_check import CheckedClient
from tests.api.test_schedules import SCHEDULES, due, make
from tests.people import person

RULE = {"system": "production", "measure": "PWAS@2", "minimum": 0.1, "segment": "head"}


@pytest.fixture
def misfit(api: CheckedClient, production: System, workspace: Workspace, tmp_path: Path) -> Schedule:
    """A schedule whose gate asks for a tag that its queries had when it was made."""
    made = Schedule.objects.get(pk=make(api, spec=spec(gate=[RULE])).json()["id"])
    untagged = [{key: row[key] for key in ("_id", "text")} for row in QUERIES]
    (tmp_path / "untagged.jsonl").write_bytes(jsonl(untagged))
    queries_import(workspace, "head", Source.at(tmp_path / "untagged.jsonl"))
    return made


def next_at(schedule: Schedule) -> datetime | None:
    return Schedule.objects.get(pk=schedule.pk).next_at


def test_a_gate_that_no_longer_fits_fails_the_time_once_and_says_why(
    misfit: Schedule, workspace: Workspace
) -> None:
    webhook_create(workspace, NewWebhook("ci", "https://ci.example.org/", events=["schedule.failed"]))
    now = due(misfit)
    for _ in range(3):
        schedules_start_due(now=now)
    run = ScheduleRun.objects.get()
    assert (run.state, run.campaign) == ("failed", None)
    assert 'field "gate[0].segment": no query is tagged "head"' in run.reason
    (told,) = Delivery.objects.filter(event="schedule.failed")
    said = json.loads(told.payload)["schedule"]
    assert (said["id"], said["name"], said["error"]) == (misfit.pk, misfit.name, run.reason)
    assert not Campaign.objects.exists()
    assert (at := next_at(misfit)) is not None
    assert at > now


def test_run_now_says_why_the_gate_cannot_be(api: CheckedClient, misfit: Schedule) -> None:
    refused = api.post(f"{SCHEDULES}/{misfit.pk}/run")
    assert refused.status_code == 409
    assert 'no query is tagged "head"' in refused.json()["detail"]
    assert not ScheduleRun.objects.exists()


def test_the_button_says_so_too(misfit: Schedule, workspace: Workspace) -> None:
    browser = Client()
    browser.force_login(person("ada", "admin", workspace))
    answer = browser.post(reverse("schedule-run", args=[misfit.pk]))
    assert answer.status_code == 302
    (said,) = get_messages(answer.wsgi_request)
    assert 'no query is tagged "head"' in str(said)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({**RULE, "segment": "nobody has this"}, "gate[0].segment"),
        (
            {"system": "production", "measure": "PWAS@2", "baseline": {"campaign": 999}},
            "gate[0].baseline.campaign",
        ),
    ],
)
def test_a_gate_that_cannot_be_is_refused_when_the_schedule_is_made(
    api: CheckedClient, production: System, rule: dict[str, Any], field: str
) -> None:
    refused = make(api, spec=spec(gate=[rule]))
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == field
    assert not Schedule.objects.exists()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Let every start raise."""

    def breaks(error: Exception) -> None:
        def start(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(schedule_runs, "campaign_start", start)

    return breaks


def test_what_nobody_foresaw_takes_the_time_and_is_told(
    api: CheckedClient, production: System, broken: Callable[[Exception], None]
) -> None:
    schedule = Schedule.objects.get(pk=make(api).json()["id"])
    broken(RuntimeError("a fault of ours"))
    now = due(schedule)
    schedules_start_due(now=now)
    schedules_start_due(now=now)
    run = ScheduleRun.objects.get()
    assert run.state == "failed"
    assert "RuntimeError" in run.reason
    assert (at := next_at(schedule)) is not None
    assert at > now


def test_a_database_that_is_busy_leaves_the_time_to_the_next_sweep(
    api: CheckedClient, production: System, broken: Callable[[Exception], None]
) -> None:
    schedule = Schedule.objects.get(pk=make(api).json()["id"])
    now = due(schedule)
    broken(OperationalError("database is locked"))
    schedules_start_due(now=now)
    assert not ScheduleRun.objects.exists()
    assert (at := next_at(schedule)) is not None
    assert at < now


def test_a_time_zone_that_is_gone_pauses_the_schedule_and_says_so(
    api: CheckedClient, production: System
) -> None:
    schedule = Schedule.objects.get(pk=make(api).json()["id"])
    now = due(schedule)
    Schedule.objects.update(time_zone="Mars/Olympus")
    schedules_start_due(now=now)
    schedules_start_due(now=timezone.now())
    run = ScheduleRun.objects.get()
    assert run.state == "failed"
    assert "Mars/Olympus" in run.reason
    assert not Schedule.objects.get().is_active
