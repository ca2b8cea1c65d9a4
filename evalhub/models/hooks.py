"""Where EvalHub tells of what happened: addresses of programs and people, and every message to them."""

import uuid

from django.db import models

from evalhub.models.encrypted import EncryptedTextField
from evalhub.models.workspaces import Workspace


class Webhook(models.Model):
    """A destination of messages: a program's address, or a person's by e-mail."""

    class Kind(models.TextChoices):
        """How messages travel."""

        HTTP = "http"
        EMAIL = "email"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HTTP)
    url = models.CharField(max_length=2000, help_text="of a program; of a person the e-mail address")
    secret = EncryptedTextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, help_text="hidden and silent since; kept for undo and log")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=models.Q(removed_at=None),
                name="webhook_name_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name


class WebhookEvent(models.Model):
    """An event that a destination wants to hear of."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="wanted")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "webhook"], name="webhook_event_unique")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one destination; written with the change it tells of, sent afterwards."""

    class State(models.TextChoices):
        """Waiting for its time, on its way under a lease, or final."""

        WAITING = "waiting"
        SENDING = "sending"
        DELIVERED = "delivered"
        GIVEN_UP = "given-up"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="the same over all attempts")
    event = models.CharField(max_length=40)
    payload = models.TextField(help_text="the body as it is signed and sent")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    status_code = models.PositiveSmallIntegerField(null=True, help_text="of the latest answer")
    error = models.TextField(blank=True, help_text="of the latest attempt that failed")
    available_at = models.DateTimeField(help_text="not to be sent before")
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=200, blank=True)
    copy_of = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="copies", help_text="sent again by hand"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "-created_at"], name="delivery_newest"),
            models.Index(
                fields=["available_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="delivery_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"


class DeliveryAttempt(models.Model):
    """One try to send a message, and what came back."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    duration_s = models.FloatField()
    status_code = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, help_text="its first 2 kB")
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="delivery_attempt_unique")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery}"
