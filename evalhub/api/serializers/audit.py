"""Who did what."""

from rest_framework import serializers

from evalhub.api.serializers.pages import PageSerializer
from evalhub.models import AuditEvent


class AuditFilterSerializer(PageSerializer):
    """Which events."""

    who = serializers.CharField(required=False, help_text="The whole user name.")
    edge = serializers.ChoiceField(choices=AuditEvent.Edge.choices, required=False)
    action = serializers.CharField(required=False, help_text="A part of it.")
    since = serializers.DateField(required=False, help_text="The first day, UTC.")
    until = serializers.DateField(required=False, help_text="The last day, UTC.")


class AuditEventSerializer(serializers.ModelSerializer[AuditEvent]):
    """One thing that was done."""

    token = serializers.CharField(source="token_name", help_text="Prefix and name; empty without one.")

    class Meta:
        model = AuditEvent
        fields = ["id", "at", "edge", "who", "token", "action", "subject", "address"]
        read_only_fields = fields
