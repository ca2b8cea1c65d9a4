"""The ledger of spend and the prices, as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import ModelPrice
from evalhub.services.prices import MAX_USD

MAX_MODEL_CHARACTERS = 500


class SumsSerializer(serializers.Serializer[Any]):
    """What was settled, read, written and paid."""

    n_graded = serializers.IntegerField()
    n_unrated = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.FloatField()


class MonthSpendSerializer(SumsSerializer):
    """A month."""

    month = serializers.DateField(help_text="Its first day.")


class VersionSpendSerializer(SumsSerializer):
    """A rater version."""

    rater = serializers.CharField(help_text="Such as judge@2.")


class SpendSerializer(serializers.Serializer[Any]):
    """A workspace's spend; without judgments there are no months, and so no results."""

    total = SumsSerializer()
    saved_usd = serializers.FloatField(help_text="What reused pairs cost when they were bought.")
    n_reused = serializers.IntegerField()
    raters = VersionSpendSerializer(many=True, help_text="The dearest 50, the dearest first.")
    results = MonthSpendSerializer(many=True, help_text="The newest 24 months, newest first.")


class CampaignSpendSerializer(serializers.Serializer[Any]):
    """What a campaign paid for itself, and what was there already; nulls as long as it is not done."""

    campaign = serializers.IntegerField(source="campaign.pk")
    name = serializers.CharField(source="campaign.name")
    created_at = serializers.DateTimeField(source="campaign.created_at")
    paid_usd = serializers.FloatField()
    n_pairs = serializers.IntegerField(allow_null=True)
    n_reused = serializers.IntegerField(allow_null=True)
    saved_usd = serializers.FloatField(allow_null=True)


class PriceSerializer(serializers.ModelSerializer[ModelPrice]):
    """What a hosted model costs, in US dollars for 1,000,000 tokens."""

    class Meta:
        model = ModelPrice
        fields = ["id", "model", "input_usd_per_mtok", "output_usd_per_mtok", "updated_at"]


class PriceSetSerializer(StrictSerializer):
    """A price, in US dollars for 1,000,000 tokens."""

    model = serializers.CharField(max_length=MAX_MODEL_CHARACTERS, help_text="As its provider names it.")
    input_usd_per_mtok = serializers.FloatField(min_value=0, max_value=MAX_USD)
    output_usd_per_mtok = serializers.FloatField(min_value=0, max_value=MAX_USD)

    def validate_model(self, value: str) -> str:
        """Refuse what could not be told apart on a screen.

        Raises:
            ValidationError: control characters in it.
        """
        if not value.isprintable():
            raise serializers.ValidationError("control characters in the name; remove them")
        return value
