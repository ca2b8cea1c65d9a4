"""Have the same pairs graded anew: the only way to see that a hosted model changed under its name.

A judgment is keyed by rater version, texts and a repeat number, and a pair is never bought twice; so an
anchor asks for the next repeat number of the version. All that reports scores reads the first grades.
"""

from django.db.models import Max

from evalhub.models import Campaign, RaterVersion, Regrading, Schedule, ScheduleRun
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.services.campaign_jobs import CampaignPlan, regrade_job
from evalhub.services.raters import members_of
from raters.spec import LOOKED_UP


def regradings_ask(run: ScheduleRun, plan: CampaignPlan) -> None:
    """Ask every rater of the anchor's first done campaign for its pairs again; of the first time nothing."""
    of = anchor_campaign(run.schedule)
    if of is None:
        return
    for version in anchor_versions(of):
        last = Regrading.objects.filter(rater_version=version).aggregate(last=Max("repeat"))["last"] or 0
        job = regrade_job(plan, of, version, last + 1)
        Regrading.objects.create(run=run, rater_version=version, repeat=last + 1, job=job)


def anchor_campaign(schedule: Schedule) -> Campaign | None:
    """The campaign whose pairs an anchor grades for ever: its first that was done."""
    done = Campaign.objects.filter(schedule_run__schedule=schedule, state=Campaign.State.DONE)
    return done.order_by("pk").first()


def anchor_versions(campaign: Campaign) -> list[RaterVersion]:
    """The rater versions of a campaign that look at texts, members of panels among them, each once."""
    found: dict[int, RaterVersion] = {}
    for row in campaign_raters(campaign):
        version = row.rater_version
        for one in members_of(version) if version.kind == "panel" else [version]:
            if one.kind not in LOOKED_UP:
                found.setdefault(one.pk, one)
    return list(found.values())
