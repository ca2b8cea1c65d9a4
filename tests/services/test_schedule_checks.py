"""The look at a schedule's run: what it finds is told, and a look that breaks is said."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from evalhub.models import Alert, Campaign, ScheduleRun
from evalhub.selectors.hooks.found import Found
from evalhub.services import schedule_checks
from evalhub.services.schedule_checks import schedule_runs_check
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
from tests.hook_rows import make_alert

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def run(db: None) -> ScheduleRun:
    """A run whose campaign is done, and which nobody has looked at."""
    inputs = make_inputs()
    campaign = make_campaign(inputs, created_at=NOW, gate_minimum=None)
    Campaign.objects.filter(pk=campaign.pk).update(finished_at=NOW)
    made = make_alert(inputs.workspace, {}).run
    Alert.objects.all().delete()
    ScheduleRun.objects.filter(pk=made.pk).update(campaign=campaign)
    return ScheduleRun.objects.get(pk=made.pk)


def finds(monkeypatch: pytest.MonkeyPatch, *found: Found) -> None:
    monkeypatch.setattr(schedule_checks, "stale", lambda *_: list(found))


def breaks(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object) -> list[Found]:
        raise error

    monkeypatch.setattr(schedule_checks, "stale", broken)


def test_two_findings_of_one_name_are_one_alert_that_says_both(
    run: ScheduleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Found(Alert.Kind.STALE, "books", "books has snapshot 2.")
    lists = Found(Alert.Kind.STALE, "books", "books was uploaded before snapshot 2.")
    drop = Found(Alert.Kind.DROP, "production", "production fell.")
    finds(monkeypatch, corpus, lists, drop)
    schedule_runs_check(now=NOW)
    told = dict(Alert.objects.values_list("kind", "said"))
    assert told == {
        "stale": "books has snapshot 2. books was uploaded before snapshot 2.",
        "drop": "production fell.",
    }
    run.refresh_from_db()
    assert run.checked_at == NOW
    assert run.reason == ""


def test_a_look_that_breaks_is_tried_again_and_what_it_finds_is_told(
    run: ScheduleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        breaks(patched, RuntimeError("a fault of ours"))
        schedule_runs_check(now=NOW + timedelta(minutes=1))
    finds(monkeypatch, Found(Alert.Kind.DROP, "production", "production fell."))
    schedule_runs_check(now=NOW + timedelta(minutes=2))
    assert Alert.objects.get().subject == "production"


def test_a_look_that_goes_on_breaking_is_given_up_and_the_run_says_so(
    run: ScheduleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks(monkeypatch, RuntimeError("a fault of ours"))
    schedule_runs_check(now=NOW + timedelta(minutes=11))
    run.refresh_from_db()
    assert run.checked_at == NOW + timedelta(minutes=11)
    assert run.reason.startswith("not checked for drops, drift and staleness")
    assert "RuntimeError" in run.reason


def test_a_database_that_is_busy_is_waited_for(run: ScheduleRun, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(monkeypatch, OperationalError("database is locked"))
    schedule_runs_check(now=NOW + timedelta(hours=5))
    run.refresh_from_db()
    assert run.checked_at is None
