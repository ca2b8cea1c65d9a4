"""Where a campaign's time went."""

from evalhub.models import Job
from evalhub.selectors.campaign_rows import CampaignRows

STAGES = {
    Job.Kind.EMBED: "embed",
    Job.Kind.INDEX: "index",
    Job.Kind.RETRIEVE: "retrieve",
    Job.Kind.RATE: "rate",
    Job.Kind.SCORE: "score",
}


def campaign_timings(rows: CampaignRows) -> dict[str, float | None]:
    """Seconds workers were busy for the campaign, by stage; a job that was found finished took none.

    `total` is wall time from the start to the end, None while it runs.
    """
    timings: dict[str, float | None] = {
        name: sum(row.busy_s for row in rows.jobs if row.job.kind == kind and not row.is_reused)
        for kind, name in STAGES.items()
    }
    campaign = rows.campaign
    finished_at = campaign.finished_at
    timings["total"] = (finished_at - campaign.created_at).total_seconds() if finished_at else None
    return timings
