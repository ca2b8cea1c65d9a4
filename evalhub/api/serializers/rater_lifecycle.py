"""What a rater's name means, as the API changes and shows it."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer


class PromoteSerializer(StrictSerializer):
    """Nothing to say beside the address."""


class RetireSerializer(StrictSerializer):
    """Whether a version is retired or brought back."""

    undo = serializers.BooleanField(default=False, help_text="Bring a retired version back.")


class MeaningSerializer(serializers.Serializer[Any]):
    """What the rater's bare name means now."""

    rater = serializers.CharField()
    number = serializers.IntegerField(help_text="The version of the address.")
    retired_at = serializers.DateTimeField(allow_null=True, help_text="Of that version.")
    is_changed = serializers.BooleanField(help_text="False where it was so before.")
    name_means = serializers.IntegerField(
        allow_null=True, help_text="The version that new campaigns get by the bare name; null: all retired."
    )
