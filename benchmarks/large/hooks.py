"""A destination with a long log, and a schedule with two months of nights and their alerts."""

from datetime import datetime, timedelta

from evalhub.models import (
    Alert,
    Campaign,
    Delivery,
    DeliveryAttempt,
    Schedule,
    ScheduleRun,
    Webhook,
    WebhookEvent,
)

N_MESSAGES, N_NIGHTS = 60, 60


def make_hooks(now: datetime) -> None:
    """Make them over the campaigns that are there."""
    campaigns = list(Campaign.objects.filter(state=Campaign.State.DONE).order_by("pk")[:N_NIGHTS])
    workspace = campaigns[0].workspace
    webhook = Webhook.objects.create(workspace=workspace, name="ci", url="https://ci.example.org/hook")
    WebhookEvent.objects.create(webhook=webhook, name="gate.fail")
    for number in range(N_MESSAGES):
        delivery = Delivery.objects.create(
            webhook=webhook,
            event="gate.fail",
            payload='{"version":1}',
            state=Delivery.State.DELIVERED,
            available_at=now,
            created_at=now - timedelta(hours=number),
        )
        DeliveryAttempt.objects.create(
            delivery=delivery, number=1, began_at=now, duration_s=0.1, status_code=200, answer="thanks"
        )
    schedule = Schedule.objects.create(
        workspace=workspace,
        name="nightly",
        spec={},
        cron="30 2 * * *",
        time_zone="Europe/Berlin",
        next_at=now + timedelta(hours=1),
        created_at=now,
    )
    for night, campaign in enumerate(campaigns):
        run = ScheduleRun.objects.create(
            schedule=schedule,
            due_at=now - timedelta(days=len(campaigns) - night),
            started_at=now,
            state=ScheduleRun.State.STARTED,
            campaign=campaign,
            checked_at=now,
        )
        if night % 10 == 9:
            Alert.objects.create(
                schedule=schedule, run=run, kind=Alert.Kind.DROP, subject="a", said="a fell.", created_at=now
            )
