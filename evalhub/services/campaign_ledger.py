"""Keep what raters did for a campaign, once nothing of it changes any more."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from evalhub.models import Campaign, CampaignRating, UnratedCount
from evalhub.selectors.panel_members import campaign_graders
from evalhub.selectors.ratings import counted_ratings

Counted = Mapping[int, dict[str, Any]]
"""What each rater version did, by its key."""


def campaign_ratings_counted(campaign: Campaign) -> Counted:
    """Count a campaign's pairs: a read of all of them, for no transaction."""
    return counted_ratings(campaign, [grader.version.pk for grader in campaign_graders(campaign)])


def campaign_ratings_store(campaign: Campaign, counted: Counted) -> None:
    """Store the counts of a done campaign; stored again they replace what was there."""
    with transaction.atomic():
        CampaignRating.objects.filter(campaign=campaign).delete()
        for version, counts in counted.items():
            told = dict(counts)
            reasons = told.pop("unrated_reasons")
            del told["pending"]
            money = {key: Decimal(str(told.pop(key))) for key in ("cost_usd", "saved_usd")}
            rating = CampaignRating.objects.create(
                campaign=campaign, rater_version_id=version, **told, **money
            )
            UnratedCount.objects.bulk_create(
                UnratedCount(rating=rating, reason=reason, n_pairs=count) for reason, count in reasons.items()
            )
