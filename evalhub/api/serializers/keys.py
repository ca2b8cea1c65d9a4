"""API keys of providers: written, never read."""

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import ProviderKey
from evalhub.services.provider_keys import MAX_KEY_CHARS


class NewKeySerializer(StrictSerializer):
    """A key and the name it is stored under."""

    name = serializers.CharField(max_length=100, help_text="What a hosted rater writes in api_key.")
    key = serializers.CharField(
        max_length=MAX_KEY_CHARS,
        write_only=True,
        style={"input_type": "password"},
        help_text="Encrypted before it is stored, and never shown.",
    )


class KeySerializer(serializers.ModelSerializer[ProviderKey]):
    """What may be told of a stored key."""

    class Meta:
        model = ProviderKey
        fields = ["id", "name", "created_at", "updated_at"]
