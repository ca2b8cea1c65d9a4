"""An anchor asks for the same pairs again, and tells when they come out otherwise."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from evalhub.models import (
    Alert,
    Campaign,
    CampaignRater,
    CampaignRating,
    GateRule,
    Job,
    Judgment,
    Regrading,
    Schedule,
    ScheduleRun,
)
from evalhub.pipeline import rate
from evalhub.selectors.campaign_rows import campaigns_rows
from evalhub.selectors.hooks.anchors import regrade_price
from evalhub.selectors.ratings import campaign_ratings
from evalhub.services.campaign_jobs import CampaignPlan
from evalhub.services.campaign_states import campaign_refresh
from evalhub.services.regradings import regradings_ask
from evalhub.services.schedule_checks import schedule_run_check
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import MAX_GRADE, Inputs, make_inputs

NOW = timezone.now()


def run_of(schedule: Schedule, campaign: Campaign) -> ScheduleRun:
    return ScheduleRun.objects.create(
        schedule=schedule, due_at=NOW, started_at=NOW, state="started", campaign=campaign
    )


@pytest.fixture
def inputs(db: None) -> Inputs:
    return make_inputs()


@pytest.fixture
def second(inputs: Inputs) -> ScheduleRun:
    """The second time of an anchor, with its pairs asked for again."""
    schedule = Schedule.objects.create(
        workspace=inputs.workspace,
        name="anchor",
        spec={},
        cron="0 2 * * *",
        time_zone="UTC",
        is_anchor=True,
        created_at=NOW,
    )
    first = run_of(schedule, make_campaign(inputs, created_at=NOW - timedelta(days=1), gate_minimum=None))
    assert first.campaign is not None
    regradings_ask(first, CampaignPlan(first.campaign, NOW))
    campaign = make_campaign(inputs, created_at=NOW, gate_minimum=None)
    run = run_of(schedule, campaign)
    regradings_ask(run, CampaignPlan(campaign, NOW))
    return run


def graded_anew(regrading: Regrading, fall: int) -> None:
    """Store what the rater would say now: every grade lower by `fall`."""
    first = Judgment.objects.filter(rater_version=regrading.rater_version, repeat=0, state="graded")
    for judgment in list(first):
        judgment.pk, judgment.repeat = None, regrading.repeat
        judgment.grade = max(0, (judgment.grade or 0) - fall)
        judgment.gain = judgment.grade / MAX_GRADE
        judgment.rated_at, judgment.cost_usd, judgment.input_tokens = NOW, Decimal("0.002"), 150
        judgment.save()


def test_all_pairs_of_the_first_time_are_asked_for_again(second: ScheduleRun) -> None:
    regrading = second.regradings.order_by("pk")[0]
    job = regrading.job
    units = list(rate.plan(job))
    first = Judgment.objects.filter(rater_version=regrading.rater_version, repeat=0).count()
    assert sum(unit.n_items for unit in units) == first > 0
    again = Judgment.objects.filter(rater_version=regrading.rater_version, repeat=regrading.repeat)
    assert set(again.values_list("state", flat=True)) == {"pending"}
    assert again.count() == first


def test_the_campaign_waits_for_them(second: ScheduleRun) -> None:
    Campaign.objects.filter(pk=second.campaign_id).update(state="running")
    campaign = Campaign.objects.get(pk=second.campaign_id)
    campaign_refresh(campaign, now=NOW)
    assert Campaign.objects.get(pk=campaign.pk).state == "running"
    Job.objects.filter(regradings__run=second).update(state="done")
    campaign_refresh(campaign, now=NOW)
    assert Campaign.objects.get(pk=campaign.pk).state == "done"


@pytest.mark.parametrize(("fall", "n_alerts"), [(0, 0), (1, 1)])
def test_a_rater_that_grades_lower_is_told(second: ScheduleRun, fall: int, n_alerts: int) -> None:
    regrading = second.regradings.order_by("pk")[0]
    graded_anew(regrading, fall)
    schedule_run_check(second, now=NOW)
    alerts = Alert.objects.filter(kind="drift")
    assert alerts.count() == n_alerts
    regrading.refresh_from_db()
    assert regrading.n_pairs
    assert (regrading.agreement == 1.0) == (fall == 0)
    for alert in alerts:
        assert alert.high is not None
        assert alert.high < 0
        assert "lower than it did" in alert.said


def finished(run: ScheduleRun) -> Campaign:
    """The campaign of a run, once everything that it asked for is there."""
    Campaign.objects.filter(pk=run.campaign_id).update(state="running")
    Job.objects.filter(regradings__run=run).update(state="done")
    campaign_refresh(Campaign.objects.get(pk=run.campaign_id), now=NOW)
    return Campaign.objects.get(pk=run.campaign_id)


def test_what_the_second_time_pays_is_in_the_ledger_of_its_campaign(second: ScheduleRun) -> None:
    regrading = second.regradings.order_by("pk")[0]
    first = regrade_price(Campaign.objects.exclude(pk=second.campaign_id).get())
    graded_anew(regrading, 0)
    n = Judgment.objects.filter(rater_version=regrading.rater_version, repeat=regrading.repeat).count()
    assert second.campaign is not None
    GateRule.objects.create(campaign=second.campaign, position=0, max_cost_usd=0.0)
    campaign = finished(second)
    assert (campaign.state, campaign.gate_outcome) == ("done", "fail")
    rating = CampaignRating.objects.get(campaign=campaign, rater_version=regrading.rater_version)
    assert (rating.cost_usd, rating.input_tokens) == (Decimal("0.002") * n, 150 * n)
    # What it costs to grade the pairs once: the second time's own payment is not counted on top.
    assert first is not None
    again = regrade_price(campaign)
    assert again is not None
    assert again.usd == pytest.approx(first.usd)


def test_a_rater_that_only_the_first_time_had_is_listed_with_what_it_cost(second: ScheduleRun) -> None:
    regrading = second.regradings.order_by("pk")[0]
    version = regrading.rater_version
    CampaignRater.objects.filter(campaign=second.campaign, rater_version=version).delete()
    graded_anew(regrading, 0)
    n = Judgment.objects.filter(rater_version=version, repeat=regrading.repeat).count()
    (rows,) = campaigns_rows([finished(second)])
    told = {row["rater"]: row for row in campaign_ratings(rows)}[f"{version.rater.name}@{version.number}"]
    assert (told["pairs"], told["rated"]) == (0, 0)
    assert told["cost_usd"] == pytest.approx(0.002 * n)
