"""Schedules: over REST, by the clock, and what they find. Campaigns are real, raters are gold labels."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import Alert, Campaign, Delivery, Schedule, ScheduleRun, Snapshot, System, Workspace
from evalhub.services import schedules
from evalhub.services.schedule_checks import schedule_runs_check
from evalhub.services.schedule_runs import schedule_start, schedules_start_due
from evalhub.services.snapshots import snapshot_import
from evalhub.services.systems import system_of_run
from evalhub.services.webhooks import NewWebhook, webhook_create
from tests.api.conftest import API, DOCUMENTS, Json, jsonl, spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work

SCHEDULES = f"{API}/schedules"
GIVEN = {"name": "nightly", "cron": "30 2 * * *", "time_zone": "Europe/Berlin"}


def make(api: CheckedClient, **changes: Any) -> Any:
    return api.post(SCHEDULES, {**GIVEN, "spec": spec(), **changes}, format="json")


@pytest.fixture
def schedule(api: CheckedClient, production: System) -> Schedule:
    return Schedule.objects.get(pk=make(api).json()["id"])


def due(schedule: Schedule, *, minutes: float = 1) -> datetime:
    """Let its time come; returns the moment at which somebody looks."""
    now = timezone.now()
    Schedule.objects.filter(pk=schedule.pk).update(next_at=now - timedelta(minutes=minutes))
    return now


def run_once(schedule: Schedule) -> ScheduleRun:
    """A whole night: started, worked, checked."""
    schedules_start_due(now=due(schedule))
    work()
    schedule_runs_check(now=timezone.now())
    return ScheduleRun.objects.filter(schedule=schedule).latest("pk")


def test_a_schedule_is_made_changed_and_removed(api: CheckedClient, production: System) -> None:
    made = make(api)
    assert made.status_code == 201
    body = made.json()
    assert len(body["next_times"]) == 3
    assert body["next_times"][0] == body["next_at"].replace("Z", "+00:00")
    changed = api.patch(made["Location"], {"cron": "0  4 * * MON", "is_active": False}, format="json").json()
    assert (changed["cron"], changed["is_active"]) == ("0 4 * * MON", False)
    assert api.get(SCHEDULES).json()["results"][0]["id"] == body["id"]
    assert api.delete(made["Location"]).status_code == 200
    assert api.get(made["Location"]).status_code == 404


def test_a_campaign_is_repeated_with_the_newest_upload_of_its_runs(
    api: CheckedClient, production: System
) -> None:
    campaign = start(api, spec()).json()
    given = {"name": "again", "campaign": campaign["id"], "nightly": "02:05", "time_zone": "UTC"}
    made = api.post(SCHEDULES, given, format="json").json()
    assert made["cron"] == "5 2 * * *"
    assert made["spec"]["systems"] == [{"name": "production"}]
    assert made["spec"]["corpus"] == {"name": "books"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cron": "30 2 * *"}, "cron"),
        ({"nightly": "02:30"}, "cron"),
        ({"time_zone": "Berlin"}, "time_zone"),
        ({"margin": 2}, "margin"),
        ({"spec": spec(corpus={"name": "no such"})}, "corpus"),
        ({"spec": spec(systems=[{"name": "no such"}])}, "systems"),
        ({"campaign": 1}, "spec"),
    ],
)
def test_a_refusal_names_the_field(api: CheckedClient, production: System, change: Json, field: str) -> None:
    refused = make(api, **change)
    assert refused.status_code == 400
    assert field in refused.json()["errors"][0]["field"]
    assert not Schedule.objects.exists()


def test_of_two_who_make_one_name_at_once_the_second_is_told(
    api: CheckedClient, production: System, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = schedules._name

    def rival(*asked: Any) -> str:
        name, at = looked(*asked), timezone.now()
        Schedule.objects.create(workspace=workspace, name=name, spec={}, time_zone="UTC", created_at=at)
        return name

    with monkeypatch.context() as patched:
        patched.setattr(schedules, "_name", rival)
        refused = make(api)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "name"


def test_a_time_that_came_starts_a_campaign_once(schedule: Schedule) -> None:
    now = due(schedule)
    schedules_start_due(now=now)
    schedules_start_due(now=now)
    campaign = Campaign.objects.get()
    run = ScheduleRun.objects.get()
    assert (run.state, run.campaign, run.is_by_hand) == ("started", campaign, False)
    schedule.refresh_from_db()
    assert schedule.next_at is not None
    assert schedule.next_at > now


def test_of_two_who_saw_the_same_time_one_starts(schedule: Schedule) -> None:
    now = due(schedule)
    first, second = Schedule.objects.get(), Schedule.objects.get()
    assert schedule_start(first, now=now) is not None
    assert schedule_start(second, now=now) is None
    assert Campaign.objects.count() == 1


def test_many_times_missed_run_once(schedule: Schedule) -> None:
    now = due(schedule, minutes=60 * 24 * 9)
    schedules_start_due(now=now)
    schedules_start_due(now=now + timedelta(seconds=15))
    assert ScheduleRun.objects.count() == 1


def test_what_is_paused_or_removed_starts_nothing(api: CheckedClient, schedule: Schedule) -> None:
    Schedule.objects.update(is_active=False)
    schedules_start_due(now=due(schedule))
    Schedule.objects.update(is_active=True)
    api.delete(f"{SCHEDULES}/{schedule.pk}")
    schedules_start_due(now=due(schedule))
    assert not ScheduleRun.objects.exists()


def test_beside_a_campaign_that_still_runs_none_is_started_and_it_is_said(
    api: CheckedClient, schedule: Schedule
) -> None:
    schedules_start_due(now=due(schedule))
    schedules_start_due(now=due(schedule))
    run = ScheduleRun.objects.latest("pk")
    assert run.state == "skipped"
    assert f"campaign {Campaign.objects.get().pk} of the time before is still running" in run.reason
    refused = api.post(f"{SCHEDULES}/{schedule.pk}/run")
    assert refused.status_code == 409


def test_it_runs_now_beside_its_times(api: CheckedClient, schedule: Schedule) -> None:
    before = schedule.next_at
    made = api.post(f"{SCHEDULES}/{schedule.pk}/run")
    assert made.status_code == 201
    schedule.refresh_from_db()
    assert schedule.next_at == before
    (listed,) = api.get(f"{SCHEDULES}/{schedule.pk}/runs").json()["results"]
    assert (listed["campaign"], listed["is_by_hand"]) == (made.json()["campaign"], True)


def test_a_spec_that_can_no_longer_be_fails_and_says_why(schedule: Schedule) -> None:
    System.objects.all().delete()
    schedules_start_due(now=due(schedule))
    run = ScheduleRun.objects.get()
    assert run.state == "failed"
    assert "production" in run.reason


def test_a_process_that_dies_before_the_start_leaves_the_time_to_the_next(
    schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    now = due(schedule)
    with monkeypatch.context() as patched:
        patched.setattr("evalhub.services.schedule_runs.campaign_start", die)
        with pytest.raises(Killed):
            schedules_start_due(now=now)
    schedules_start_due(now=now)
    assert Campaign.objects.count() == 1


QUERY_ROWS = [{"_id": f"q{n}", "text": f"query {n}"} for n in range(8)]


@pytest.fixture
def watched(api: CheckedClient, workspace: Workspace, corpus: Any, tmp_path: Path) -> Schedule:
    """A nightly look at a run over eight queries whose document d1 is relevant."""
    from evalhub.services.gold import gold_import
    from evalhub.services.queries import queries_import

    (tmp_path / "q.jsonl").write_bytes(jsonl(QUERY_ROWS))
    collection = queries_import(workspace, "eight", Source.at(tmp_path / "q.jsonl"))
    (tmp_path / "g.txt").write_text("".join(f"q{n} 0 d1 2\nq{n} 0 d2 0\n" for n in range(8)))
    gold_import(collection, Source.at(tmp_path / "g.txt"))
    upload(workspace, tmp_path, "d1")
    webhook_create(workspace, NewWebhook("ci", "https://ci.example.org/"))
    asked = spec(queries={"name": "eight"}, cutoff=1)
    return Schedule.objects.get(pk=make(api, spec=asked).json()["id"])


def upload(workspace: Workspace, folder: Path, doc_id: str, n_good: int = 0) -> None:
    """A run that finds `doc_id`, but d1 for the first queries."""
    path = folder / f"{doc_id}-{n_good}.trec"
    path.write_text("".join(f"q{n} Q0 {'d1' if n < n_good else doc_id} 1 1 t\n" for n in range(8)))
    system_of_run(workspace, "production", Source(path.name, path))


def test_a_drop_beyond_the_interval_is_told_once(
    watched: Schedule, workspace: Workspace, tmp_path: Path
) -> None:
    assert run_once(watched).state == "started"
    assert not Alert.objects.exists()
    upload(workspace, tmp_path, "d2")  # every query loses all of its gain: -1 each
    run = run_once(watched)
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.run) == ("drop", "production", run)
    assert (alert.value, alert.low, alert.high) == (-1.0, -1.0, -1.0)
    assert "fell by 1.000 [1.000, 1.000]" in alert.said
    assert Delivery.objects.filter(event="alert.drop").count() == 1
    schedule_runs_check(now=timezone.now())
    assert Alert.objects.count() == 1
    assert run_once(watched).alerts.count() == 0  # as bad as the night before, and no worse


def test_a_fall_within_the_interval_or_the_margin_is_none(
    watched: Schedule, workspace: Workspace, tmp_path: Path
) -> None:
    run_once(watched)
    upload(workspace, tmp_path, "d2", n_good=7)  # one query of eight falls: the interval reaches 0
    run_once(watched)
    assert not Alert.objects.exists()
    Schedule.objects.update(margin=0.95)
    upload(workspace, tmp_path, "d2")
    run_once(watched)
    # Seven of eight fell by 1: -0.875 is within the margin.
    assert not Alert.objects.exists()


def test_what_is_older_than_the_corpus_is_told_until_it_is_dismissed(
    watched: Schedule, workspace: Workspace, tmp_path: Path
) -> None:
    run_once(watched)
    path = tmp_path / "more.jsonl"
    path.write_bytes(jsonl([*DOCUMENTS, {"_id": "d6", "title": "t", "text": "new"}]))
    snapshot_import(workspace, "books", Source.at(path), clock=timezone.now)
    assert Snapshot.objects.latest("pk").number == 2
    run_once(watched)
    run_once(watched)
    alert = Alert.objects.get(kind="stale")
    assert alert.subject == "production"
    assert "before snapshot 2 of books" in alert.said
    Alert.objects.update(dismissed_at=timezone.now())
    run_once(watched)
    assert Alert.objects.filter(kind="stale").count() == 2
