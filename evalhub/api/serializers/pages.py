"""Parameters of lists."""

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import Campaign


class PageSerializer(StrictSerializer):
    """Which page of a list."""

    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=500)


class CampaignFilterSerializer(PageSerializer):
    """Which campaigns."""

    state = serializers.ChoiceField(
        choices=Campaign.State.choices, required=False, help_text="Only those in this state."
    )
    name = serializers.CharField(required=False, help_text="The whole name.")
    tag = serializers.CharField(required=False, help_text="One of its tags.")
    branch = serializers.CharField(required=False, help_text="The whole name.")
    commit = serializers.CharField(
        required=False, min_length=7, help_text="The commit, or seven or more of its first characters."
    )


class HitFilterSerializer(PageSerializer):
    """Which ranked list."""

    system = serializers.CharField(help_text="A system of the campaign, by its name.")
    query_id = serializers.CharField(
        required=False,
        help_text="A query of the campaign, by the id its file gives it; as JSON Lines else all of them.",
    )
