"""One thing that breaks does not stop the sweep."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from evalhub.models import Campaign, Job
from evalhub.pipeline import sweep as sweep_module
from evalhub.pipeline.sweep import sweep
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEPS = ("sweep_searches", "answers_forget", "schedules_start_due", "schedule_runs_check", "sweep_deliveries")


@pytest.fixture
def campaigns(db: None) -> list[int]:
    """Two that run, and their jobs."""
    inputs = make_inputs()
    made = [make_campaign(inputs, created_at=NOW, gate_minimum=None) for _ in range(2)]
    Campaign.objects.update(state="running")
    Job.objects.update(state="running")
    return [campaign.pk for campaign in made]


def test_a_campaign_a_job_and_a_step_that_break_hold_up_nothing_else(
    campaigns: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[object] = []

    def breaks(name: str) -> None:
        def broken(*what: object, **_: object) -> None:
            seen.append((name, *(getattr(one, "pk", one) for one in what)))
            raise RuntimeError(name)

        monkeypatch.setattr(sweep_module, name, broken)

    for name in ("advance", "campaign_refresh", *STEPS):
        breaks(name)
    sweep(now=NOW)
    jobs = [("advance", pk) for pk in Job.objects.order_by("pk").values_list("pk", flat=True)]
    refreshed = [("campaign_refresh", pk) for pk in campaigns]
    assert sorted(map(str, seen)) == sorted(map(str, [*jobs, *refreshed, *((step,) for step in STEPS)]))
    assert jobs
    assert "the sweep failed at messages" in caplog.text


def test_a_database_that_is_away_is_not_asked_on_and_on(
    campaigns: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(sweep_module, "advance", away)
    with pytest.raises(OperationalError):
        sweep(now=NOW)
