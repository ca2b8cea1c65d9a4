"""Keep a campaign's state equal to what its jobs say."""

from datetime import datetime

from django.db import transaction

from evalhub.models import Campaign, CampaignJob, Job
from evalhub.selectors.review.graders import is_worth_reviewing, offered_max_grade
from evalhub.services.campaign_ledger import campaign_ratings_counted, campaign_ratings_store
from evalhub.services.gate_rules import gate_verdicts, gate_verdicts_store
from evalhub.services.jobs import job_hold, job_release
from evalhub.services.notices import campaign_notices, campaign_said
from evalhub.services.review.queues import review_queue_request

STOPPED = (Job.State.PAUSED, Job.State.CANCELLED)


def campaigns_refresh(job: Job, *, now: datetime) -> None:
    """Refresh every running campaign that needs the job."""
    for campaign in Campaign.objects.filter(jobs=job, state=Campaign.State.RUNNING):
        campaign_refresh(campaign, now=now)


def campaign_refresh(campaign: Campaign, *, now: datetime) -> None:
    """Finish a running campaign whose score is there, or fail it with the reason of its first failed job."""
    failed = campaign.jobs.filter(state=Job.State.FAILED).exclude(error="").order_by("finished_at").first()
    running = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.RUNNING)
    if failed:
        error = f"{failed.get_kind_display()} of {failed.label}: {failed.error}"
        with transaction.atomic():
            if running.update(state=Campaign.State.FAILED, error=error, finished_at=now):
                jobs_hold_unwanted(campaign, Job.State.CANCELLED)
                campaign_notices(
                    campaign, campaign_said(campaign, Campaign.State.FAILED, error=error), now=now
                )
    elif campaign.score_job and campaign.score_job.state == Job.State.DONE and not _regrades(campaign):
        _finish(campaign, now=now)
    elif campaign.jobs.filter(state__in=STOPPED).exists():
        _release_stopped(campaign, now=now)


def _regrades(campaign: Campaign) -> bool:
    """Whether an anchor's pairs are still being graded anew, which the score does not wait for."""
    jobs = Job.objects.filter(regradings__run__campaign=campaign)
    return jobs.exclude(state=Job.State.DONE).exists()


def _finish(campaign: Campaign, *, now: datetime) -> None:
    """A campaign that says it is done has its ledger: a process that dies here leaves it running."""
    # Before the transaction: they read all of its pairs.
    counted = campaign_ratings_counted(campaign)
    gate = gate_verdicts(campaign, counted)
    max_grade = offered_max_grade(campaign) if is_worth_reviewing(campaign) else None
    said = campaign_said(campaign, Campaign.State.DONE, gate=gate.outcome)
    with transaction.atomic():
        running = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.RUNNING)
        if running.update(state=Campaign.State.DONE, finished_at=now, gate_outcome=gate.outcome):
            gate_verdicts_store(gate)
            campaign_ratings_store(campaign, counted)
            campaign_notices(campaign, said, now=now)
            if max_grade is not None:
                # None of the campaign's jobs: it is done without it.
                review_queue_request(campaign, max_grade, now=now)


def _release_stopped(campaign: Campaign, *, now: datetime) -> None:
    """Let jobs go on that another campaign stopped in the moment this one began to need them."""
    with transaction.atomic():
        # Locked, so that a pause of this campaign and its jobs is seen as a whole or not at all.
        is_running = Campaign.objects.select_for_update().filter(pk=campaign.pk, state=Campaign.State.RUNNING)
        if is_running.first():
            for job in campaign.jobs.filter(state__in=STOPPED):
                job_release(job, now=now)


def jobs_hold_unwanted(campaign: Campaign, state: Job.State) -> None:
    """Stop a campaign's jobs, but for those that another running campaign needs: nothing is spent in vain."""
    # Not campaign.jobs.exclude(campaigns__...): that would look at this campaign's own rows alone.
    wanted = CampaignJob.objects.filter(campaign__state=Campaign.State.RUNNING).values("job_id")
    for job in Job.objects.filter(campaign_jobs__campaign=campaign).exclude(pk__in=wanted):
        job_hold(job, state)
