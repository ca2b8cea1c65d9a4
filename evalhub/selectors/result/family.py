"""The done campaigns of one name over one corpus and one collection of queries."""

from evalhub.models import Campaign
from evalhub.selectors.campaign_rows import GOLD_SCORES, LISTED, CampaignRows, campaigns_rows
from evalhub.selectors.home.previous import family_of

# A nightly campaign of two months.
MOST_CAMPAIGNS = 60


def done_family(campaign: Campaign) -> list[Campaign]:
    """The latest of them, oldest first."""
    done = family_of(campaign).filter(state=Campaign.State.DONE).order_by("-created_at", "-pk")
    rows = done.select_related("snapshot__corpus", "collection", "score_job")[:MOST_CAMPAIGNS]
    return list(rows)[::-1]


def scored_rows(campaigns: list[Campaign], *, has_gold: bool = True) -> list[CampaignRows]:
    """Their systems, raters and scores, those on gold labels if wanted."""
    return campaigns_rows(campaigns, leave_out=LISTED - {GOLD_SCORES} if has_gold else LISTED)
