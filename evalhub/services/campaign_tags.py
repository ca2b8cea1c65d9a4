"""Tag campaigns."""

from collections.abc import Sequence

from django.db import transaction

from evalhub.core.tags import checked_tags
from evalhub.models import Campaign, CampaignTag


def campaign_tag(campaign: Campaign, tags: Sequence[str]) -> None:
    """Give a campaign these tags and no others.

    Raises:
        UnusableTags: one of them, or their number, is not acceptable; nothing is changed.
    """
    wanted = checked_tags(tags)
    with transaction.atomic():
        campaign.tags.exclude(name__in=wanted).delete()
        rows = [CampaignTag(campaign=campaign, name=name) for name in wanted]
        CampaignTag.objects.bulk_create(rows, ignore_conflicts=True)
