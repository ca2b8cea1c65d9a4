"""The ledger of a campaign, which a page that asks every two seconds must not count every time."""

from typing import Any

from django.core.cache import cache

from evalhub.models import Campaign
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.ratings import campaign_ratings

# Counting takes some 4 microseconds a pair; below this it is done anew for every page.
LARGE = 8_000
EVERY_S = 10


def bounded_ratings(rows: CampaignRows) -> list[dict[str, Any]]:
    """The ratings of the result; of a large campaign that is not done as they were up to some seconds ago."""
    campaign = rows.campaign
    is_done = campaign.state == Campaign.State.DONE
    if is_done or len(rows.systems) * campaign.collection.n_queries * campaign.cutoff < LARGE:
        return campaign_ratings(rows)
    key = f"evalhub-ledger-{campaign.pk}-{campaign.state}"
    kept: list[dict[str, Any]] | None = cache.get(key)
    if kept is None:
        kept = campaign_ratings(rows)
        cache.set(key, kept, EVERY_S)
    return kept
