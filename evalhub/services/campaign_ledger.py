"""Keep what raters did for a campaign, once nothing of it changes any more."""

from decimal import Decimal

from django.db import transaction

from evalhub.models import Campaign, CampaignRating, UnratedCount
from evalhub.selectors.panel_members import raters_graders
from evalhub.selectors.ratings import counted_ratings


def campaign_ratings_store(campaign: Campaign) -> None:
    """Count a done campaign's pairs and store the counts; counted again they replace what was stored."""
    raters = list(campaign.campaign_raters.select_related("rater_version__rater"))
    found = counted_ratings(campaign, [grader.version.pk for grader in raters_graders(raters)])
    with transaction.atomic():
        CampaignRating.objects.filter(campaign=campaign).delete()
        for version, told in found.items():
            reasons = told.pop("unrated_reasons")
            del told["pending"]
            money = {key: Decimal(str(told.pop(key))) for key in ("cost_usd", "saved_usd")}
            rating = CampaignRating.objects.create(
                campaign=campaign, rater_version_id=version, **told, **money
            )
            UnratedCount.objects.bulk_create(
                UnratedCount(rating=rating, reason=reason, n_pairs=count) for reason, count in reasons.items()
            )
