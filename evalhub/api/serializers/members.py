"""Members and invitations."""

from typing import Any

from django.core.validators import validate_email
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import Invitation, Membership, Role
from evalhub.services.invitations import DAYS, MOST_DAYS


@extend_schema_field({"type": "string", "anyOf": [{"format": "email"}, {"maxLength": 0}]})
class AddressField(serializers.CharField):
    """An e-mail address, or nothing; the framework's own field describes none that may be empty."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse what is no address.

        Raises:
            ValidationError: it is none.
        """
        address: str = super().to_internal_value(data)
        if address:
            validate_email(address)
        return address


class RoleSerializer(StrictSerializer):
    """A role."""

    role = serializers.ChoiceField(choices=Role.choices)


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A user's place in the workspace."""

    user = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "user", "role", "created_at"]
        read_only_fields = fields


class NewInvitationSerializer(RoleSerializer):
    """Whom to invite, as what, for how long."""

    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, required=False, default=DAYS)
    email = AddressField(
        required=False, default="", allow_blank=True, help_text="Where to send it, if a mail server is named."
    )


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation; its link is shown once."""

    email = AddressField(read_only=True, help_text="Where the link was sent to, if anywhere.")
    made_by = serializers.SerializerMethodField()
    used_by = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = [
            "id",
            "role",
            "email",
            "made_by",
            "created_at",
            "expires_at",
            "used_at",
            "used_by",
            "withdrawn_at",
        ]
        read_only_fields = fields

    def get_made_by(self, row: Invitation) -> str | None:
        """By name."""
        return row.made_by.get_username() if row.made_by else None

    def get_used_by(self, row: Invitation) -> str | None:
        """By name."""
        return row.used_by.get_username() if row.used_by else None


class MadeInvitationSerializer(InvitationSerializer):
    """A new invitation with its link."""

    link = serializers.SerializerMethodField(help_text="Shown now and never again; it works once.")
    is_sent = serializers.SerializerMethodField(help_text="Whether it went out by e-mail.")

    class Meta(InvitationSerializer.Meta):
        fields = [*InvitationSerializer.Meta.fields, "link", "is_sent"]
        read_only_fields = fields

    def get_link(self, row: Invitation) -> str:
        """The address to open."""
        given: dict[str, Any] = self.context
        return str(given["link"])

    def get_is_sent(self, row: Invitation) -> bool:
        """By a mail server."""
        given: dict[str, Any] = self.context
        return bool(given["is_sent"])
