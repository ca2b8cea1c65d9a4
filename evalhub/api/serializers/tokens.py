"""API tokens: the text is answered once."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import ApiToken
from evalhub.selectors.tokens import token_state
from evalhub.services.tokens import MAX_NAME, MOST_DAYS


class NewTokenSerializer(StrictSerializer):
    """What the token may do, and until when."""

    scope = serializers.ChoiceField(choices=ApiToken.Scope.choices, help_text="Never above one's own role.")
    name = serializers.CharField(max_length=MAX_NAME, required=False, default="", allow_blank=True)
    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, required=False, help_text="After which it expires; never without."
    )


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """What may be told of a token."""

    user = serializers.CharField(source="user.username", read_only=True)
    made_by = serializers.SerializerMethodField(help_text="Who made it; null where a command did.")
    state = serializers.SerializerMethodField(help_text="live, expired or revoked.")

    class Meta:
        model = ApiToken
        fields = [
            "id",
            "name",
            "prefix",
            "scope",
            "user",
            "made_by",
            "state",
            "created_at",
            "expires_at",
            "last_used_at",
            "revoked_at",
        ]
        read_only_fields = fields

    def get_made_by(self, token: ApiToken) -> str | None:
        """By name."""
        return token.made_by.get_username() if token.made_by else None

    def get_state(self, token: ApiToken) -> str:
        """At the time of the answer."""
        return token_state(token, timezone.now())


class MadeTokenSerializer(TokenSerializer):
    """A new token with its text."""

    text = serializers.SerializerMethodField(help_text="Shown now and never again.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "text"]
        read_only_fields = fields

    def get_text(self, token: ApiToken) -> str:
        """What goes into `Authorization: Bearer`."""
        given: dict[str, Any] = self.context
        return str(given["text"])
