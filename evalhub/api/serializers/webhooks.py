"""Destinations of messages and the messages to them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.core.events import EVENTS
from evalhub.models import Delivery, DeliveryAttempt, Webhook
from evalhub.services.webhooks import MAX_NAME, MAX_SECRET, MAX_URL

MEANT = "; ".join(f"{name}: {words}" for name, words in EVENTS.items())


class EventsField(serializers.ListField):
    """Names of events."""

    def __init__(self, **options: Any) -> None:
        child = serializers.ChoiceField(choices=list(EVENTS))
        super().__init__(child=child, min_length=1, max_length=len(EVENTS), help_text=MEANT, **options)


class NewWebhookSerializer(StrictSerializer):
    """A new destination."""

    name = serializers.CharField(max_length=MAX_NAME)
    kind = serializers.ChoiceField(choices=Webhook.Kind.choices, default=Webhook.Kind.HTTP)
    url = serializers.CharField(max_length=MAX_URL, help_text="A web address, or an e-mail address.")
    events = EventsField(required=False)
    secret = serializers.CharField(
        max_length=MAX_SECRET,
        required=False,
        write_only=True,
        help_text="What messages are signed with; left out, one is made and answered this once.",
    )


class EditWebhookSerializer(StrictSerializer):
    """What may be changed; what is left out stays."""

    name = serializers.CharField(max_length=MAX_NAME, required=False)
    url = serializers.CharField(max_length=MAX_URL, required=False)
    events = EventsField(required=False)
    is_active = serializers.BooleanField(required=False)


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A destination."""

    events = serializers.SerializerMethodField()

    class Meta:
        model = Webhook
        fields = ["id", "name", "kind", "url", "events", "is_active", "created_at"]

    def get_events(self, webhook: Webhook) -> list[str]:
        """What it hears of."""
        return [one.name for one in webhook.wanted.all()]


class MadeWebhookSerializer(WebhookSerializer):
    """A destination as it is answered once."""

    secret = serializers.CharField(help_text="What messages are signed with; it is never answered again.")

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class AttemptSerializer(serializers.ModelSerializer[DeliveryAttempt]):
    """One try."""

    class Meta:
        model = DeliveryAttempt
        fields = ["number", "began_at", "duration_s", "status_code", "answer", "error"]


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One message and its attempts, the latest first."""

    delivery_id = serializers.UUIDField(source="key", help_text="The header EvalHub-Delivery.")
    attempts = AttemptSerializer(source="tries", many=True)

    class Meta:
        model = Delivery
        fields = [
            "id",
            "delivery_id",
            "event",
            "state",
            "n_attempts",
            "status_code",
            "error",
            "payload",
            "copy_of",
            "created_at",
            "available_at",
            "finished_at",
            "attempts",
        ]
