"""What an anchor costs each time."""

from dataclasses import dataclass

from evalhub.models import Campaign, CampaignRating
from evalhub.selectors.ratings import regraded
from raters.spec import LOOKED_UP


@dataclass(frozen=True, slots=True)
class RegradePrice:
    """Pairs that would be graded anew, and what they cost when they were graded first."""

    n_pairs: int
    usd: float


def regrade_price(campaign: Campaign) -> RegradePrice | None:
    """Of a done campaign's pairs by those of its raters that look at texts; None before it is done."""
    rows = CampaignRating.objects.filter(campaign=campaign).exclude(rater_version__kind__in=LOOKED_UP)
    counted = list(rows.values_list("pairs", "cost_usd", "saved_usd"))
    if campaign.state != Campaign.State.DONE:
        return None
    again_usd = sum(paid["cost_usd"] for paid in regraded(campaign).values())  # is in the cost, too
    usd = float(sum(cost + saved for _, cost, saved in counted)) - again_usd
    return RegradePrice(sum(pairs for pairs, _, _ in counted), max(0.0, usd))
