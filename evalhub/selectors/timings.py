"""Where a campaign's time went."""

from evalhub.models import Job
from evalhub.selectors.campaign_rows import CampaignRows

STAGES = {
    Job.Kind.EMBED: "embed",
    Job.Kind.INDEX: "index",
    Job.Kind.RETRIEVE: "retrieve",
    # What a rater must know of the corpus is part of what rating takes.
    Job.Kind.STATISTICS: "rate",
    Job.Kind.RATE: "rate",
    Job.Kind.SCORE: "score",
}


def campaign_timings(rows: CampaignRows) -> dict[str, float | None]:
    """Seconds workers were busy for the campaign, by stage; a job that was found finished took none.

    `total` is wall time from the start to the end, None while it runs.
    """
    timings: dict[str, float | None] = dict.fromkeys(STAGES.values(), 0.0)
    for row in rows.jobs:
        name = STAGES.get(Job.Kind(row.job.kind))
        if name and not row.is_reused:
            timings[name] = (timings[name] or 0.0) + row.busy_s
    campaign = rows.campaign
    finished_at = campaign.finished_at
    timings["total"] = (finished_at - campaign.created_at).total_seconds() if finished_at else None
    return timings
