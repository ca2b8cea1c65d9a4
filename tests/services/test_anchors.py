"""An anchor asks for the same pairs again, and tells when they come out otherwise."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evalhub.models import Alert, Campaign, Job, Judgment, Regrading, Schedule, ScheduleRun
from evalhub.pipeline import rate
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
