"""Schedules and destinations of messages as a workspace has them."""

from typing import Any

from django.utils import timezone

from evalhub.models import Alert, Delivery, Schedule, ScheduleRun, Webhook, Workspace
from evalhub.services.webhooks import NewWebhook, webhook_create, webhook_test


def make_alert(workspace: Workspace, spec: dict[str, Any]) -> Alert:
    """An alert of the first run of a new schedule."""
    now = timezone.now()
    schedule = Schedule.objects.create(
        workspace=workspace,
        name="theirs",
        spec=spec,
        cron="30 2 * * *",
        time_zone="UTC",
        next_at=now,
        created_at=now,
    )
    run = ScheduleRun.objects.create(schedule=schedule, due_at=now, started_at=now, state="started")
    said = {"kind": Alert.Kind.DROP, "subject": "theirs", "said": "theirs fell."}
    return Alert.objects.create(schedule=schedule, run=run, created_at=now, **said)


def make_delivery(workspace: Workspace) -> Delivery:
    """A message to a new destination."""
    webhook, _ = webhook_create(workspace, NewWebhook("theirs", "https://ci.example.org/"))
    return webhook_test(Webhook.objects.get(pk=webhook.pk), now=timezone.now())
