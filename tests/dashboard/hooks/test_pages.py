"""Pages of destinations and schedules."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.models import (
    Alert,
    Campaign,
    Delivery,
    DeliveryAttempt,
    Schedule,
    ScheduleRun,
    Webhook,
    Workspace,
)
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs

MOST_QUERIES = 12
NEW = {"name": "ci", "kind": "http", "url": "https://ci.example.org/hook", "events": ["gate.fail"]}


@pytest.fixture
def webhook(signed_in: Client, inputs: Inputs) -> Webhook:
    signed_in.post(reverse("notification-add"), NEW)
    return Webhook.objects.get()


@pytest.fixture
def schedule(inputs: Inputs) -> Schedule:
    now = timezone.now()
    made = Schedule.objects.create(
        workspace=inputs.workspace,
        name=f"night {HOSTILE}"[:100],
        spec={},
        cron="30 2 * * *",
        time_zone="Europe/Berlin",
        next_at=now + timedelta(hours=1),
        created_at=now,
        is_anchor=True,
    )
    for night in range(3):
        campaign = make_campaign(inputs, created_at=now - timedelta(days=3 - night))
        run = ScheduleRun.objects.create(
            schedule=made, due_at=now, started_at=now, state="started", campaign=campaign, checked_at=now
        )
    Alert.objects.create(
        schedule=made, run=run, kind="drop", subject=HOSTILE[:200], said=f"{HOSTILE} fell.", created_at=now
    )
    return made


def test_a_secret_is_shown_once(signed_in: Client, inputs: Inputs) -> None:
    shown = signed_in.post(reverse("notification-add"), NEW).content.decode()
    assert "whsec_" in shown
    page = signed_in.get(reverse("notification", args=[Webhook.objects.get().pk])).content.decode()
    assert "whsec_" not in page
    assert "https://ci.example.org/hook" in page


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    signed_in: Client, inputs: Inputs
) -> None:
    answer = signed_in.post(reverse("notification-add"), {**NEW, "url": "http://10.0.0.1/"})
    assert answer.status_code == 400
    assert "no public address" in answer.content.decode()
    assert 'value="http://10.0.0.1/"' in answer.content.decode()
    assert not Webhook.objects.exists()


def test_a_test_is_sent_and_sent_again(signed_in: Client, webhook: Webhook) -> None:
    signed_in.post(reverse("notification-test", args=[webhook.pk]))
    sent = Delivery.objects.get()
    answer = signed_in.post(reverse("delivery-again", args=[sent.pk]), follow=True)
    assert Delivery.objects.filter(copy_of=sent).count() == 1
    assert "once more" in answer.content.decode()


def test_removal_offers_the_way_back(signed_in: Client, webhook: Webhook) -> None:
    gone = signed_in.post(reverse("notification-switch", args=[webhook.pk, "remove"]), follow=True)
    undo = reverse("notification-switch", args=[webhook.pk, "restore"])
    assert undo in gone.content.decode()
    assert signed_in.get(reverse("notification", args=[webhook.pk])).status_code == 404
    signed_in.post(undo)
    assert signed_in.get(reverse("notification", args=[webhook.pk])).status_code == 200


def test_hostile_answers_are_inert(
    signed_in: Client, webhook: Webhook, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    for _ in range(3):
        sent = Delivery.objects.create(
            webhook=webhook,
            event="gate.fail",
            payload=HOSTILE,
            available_at=now,
            created_at=now,
            error=HOSTILE,
        )
        DeliveryAttempt.objects.create(
            delivery=sent, number=1, began_at=now, duration_s=0.1, status_code=500, answer=HOSTILE, error="x"
        )
    for name, args in (("notification", [webhook.pk]), ("notifications", [])):
        with django_assert_max_num_queries(MOST_QUERIES):
            page = signed_in.get(reverse(name, args=args)).content.decode()
        assert HOSTILE not in page


@pytest.mark.parametrize("name", ["schedule", "schedules", "campaign-list"])
def test_pages_of_schedules_show_alerts_in_few_queries(
    signed_in: Client, schedule: Schedule, name: str, django_assert_max_num_queries: Any
) -> None:
    args = [schedule.pk] if name == "schedule" else []
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(reverse(name, args=args)).content.decode()
    assert HOSTILE not in page
    assert "Dismiss" in page


def test_an_alert_is_dismissed_and_brought_back(signed_in: Client, schedule: Schedule) -> None:
    alert = Alert.objects.get()
    page = signed_in.post(reverse("alert-dismiss", args=[alert.pk]), follow=True).content.decode()
    assert reverse("alert-restore", args=[alert.pk]) in page
    alert.refresh_from_db()
    assert alert.dismissed_by is not None
    signed_in.post(reverse("alert-restore", args=[alert.pk]))
    alert.refresh_from_db()
    assert alert.dismissed_at is None


def test_the_trend_has_a_row_for_each_night_and_marks_the_alert(
    signed_in: Client, schedule: Schedule
) -> None:
    place = reverse("schedule-trend-file", args=[schedule.pk, "csv"])
    lines = signed_in.get(place).content.decode().splitlines()
    assert len(lines) == 1 + 3 * len({line.split(",")[3] for line in lines[1:]})
    assert sum("drop of" in line for line in lines) == (len(lines) - 1) // 3
    assert signed_in.get(reverse("schedule-trend-file", args=[schedule.pk, "json"])).status_code == 200


def test_settings_are_changed_and_refusals_said(signed_in: Client, schedule: Schedule) -> None:
    place = reverse("schedule-change", args=[schedule.pk])
    given = {"name": "weekly", "cron": "0 5 * * MON", "time_zone": "UTC", "margin": "0.02"}
    signed_in.post(place, given)
    schedule.refresh_from_db()
    assert (schedule.name, schedule.cron, schedule.margin) == ("weekly", "0 5 * * MON", 0.02)
    answer = signed_in.post(place, {**given, "cron": "nonsense"})
    assert answer.status_code == 400
    assert "minute hour day month weekday" in answer.content.decode()


def test_of_another_workspace_nothing_is_there(
    signed_in: Client, schedule: Schedule, webhook: Webhook
) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    alert, sent = (
        Alert.objects.get(),
        webhook.deliveries.create(
            event="test", payload="{}", available_at=timezone.now(), created_at=timezone.now()
        ),
    )
    Schedule.objects.update(workspace=other)
    Webhook.objects.update(workspace=other)
    for name in ("schedule", "schedule-trend-file", "notification"):
        args = {"schedule": [schedule.pk], "schedule-trend-file": [schedule.pk, "csv"]}.get(
            name, [webhook.pk]
        )
        assert signed_in.get(reverse(name, args=args)).status_code == 404
    for name, key in (
        ("schedule-run", schedule.pk),
        ("schedule-change", schedule.pk),
        ("notification-test", webhook.pk),
        ("notification-change", webhook.pk),
        ("delivery-again", sent.pk),
        ("alert-dismiss", alert.pk),
        ("alert-restore", alert.pk),
    ):
        assert signed_in.post(reverse(name, args=[key])).status_code == 404, name
    for name, key in (("schedule-switch", schedule.pk), ("notification-switch", webhook.pk)):
        for to in ("pause", "restore"):
            assert signed_in.post(reverse(name, args=[key, to])).status_code == 404


def test_the_form_says_what_an_anchor_costs(signed_in: Client, campaign: Campaign) -> None:
    page = signed_in.get(reverse("schedule-new"), {"campaign": campaign.pk}).content.decode()
    assert "pairs anew" in page
    assert signed_in.get(reverse("schedule-new")).status_code == 404
