"""The systems and raters of a campaign, read once for a row at hand: they are those it was started with."""

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from evalhub.models import Campaign, CampaignRater, CampaignSystem


def with_parts(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Campaigns that come with them."""
    return campaigns.prefetch_related(_systems(), _raters())


def read_parts(campaign: Campaign) -> Campaign:
    """The campaign with them."""
    prefetch_related_objects([campaign], _systems(), _raters())
    return campaign


def campaign_systems(campaign: Campaign) -> list[CampaignSystem]:
    """The systems of a campaign in their order."""
    prefetch_related_objects([campaign], _systems())
    return list(campaign.campaign_systems.all())


def campaign_raters(campaign: Campaign) -> list[CampaignRater]:
    """The raters of a campaign in their order, with their versions."""
    prefetch_related_objects([campaign], _raters())
    return list(campaign.campaign_raters.all())


def _systems() -> "Prefetch[Any, Any, Any]":
    return Prefetch("campaign_systems", CampaignSystem.objects.select_related("system"))


def _raters() -> "Prefetch[Any, Any, Any]":
    return Prefetch("campaign_raters", CampaignRater.objects.select_related("rater_version__rater"))
