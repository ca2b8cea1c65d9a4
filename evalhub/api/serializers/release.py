"""Going on with a campaign."""

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.spec.gate import MAX_BUDGET_USD


class ReleaseSerializer(StrictSerializer):
    """What may change when a campaign goes on."""

    budget_usd = serializers.FloatField(
        required=False,
        min_value=0,
        max_value=MAX_BUDGET_USD,
        help_text="What the campaign may cost in all, counting what it has spent; left out, as before.",
    )
