"""Schedules, their times and their alerts."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import Alert, Schedule, ScheduleRun
from evalhub.services.schedules import MAX_NAME, upcoming

CRON = "Minute, hour, day, month, weekday, such as: 30 2 * * *"
ZONE = "An IANA name, such as Europe/Berlin."


class NewScheduleSerializer(StrictSerializer):
    """A new schedule: a spec, or a campaign to repeat; and when."""

    name = serializers.CharField(max_length=MAX_NAME)
    spec = serializers.DictField(required=False, help_text="The fields of POST campaigns, without files.")
    campaign = serializers.IntegerField(required=False, min_value=1, help_text="One to repeat, by its id.")
    cron = serializers.CharField(max_length=100, required=False, help_text=CRON)
    nightly = serializers.CharField(max_length=5, required=False, help_text="HH:MM, in place of cron.")
    time_zone = serializers.CharField(max_length=64, default="UTC", help_text=ZONE)
    is_anchor = serializers.BooleanField(
        default=False,
        help_text="Grade the pairs of its first campaign anew each time, to see whether raters drift.",
    )
    margin = serializers.FloatField(
        default=0.0, min_value=0, max_value=1, help_text="A drop that raises no alert."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of two, twice.

        Raises:
            ValidationError: both or neither is given.
        """
        for one, other in (("spec", "campaign"), ("cron", "nightly")):
            if (one in attrs) == (other in attrs):
                raise serializers.ValidationError({one: f"give {one} or {other}, and not both"})
        return attrs


class EditScheduleSerializer(StrictSerializer):
    """What may be changed; what is left out stays."""

    name = serializers.CharField(max_length=MAX_NAME, required=False)
    spec = serializers.DictField(required=False)
    cron = serializers.CharField(max_length=100, required=False, help_text=CRON)
    time_zone = serializers.CharField(max_length=64, required=False, help_text=ZONE)
    is_active = serializers.BooleanField(required=False)
    margin = serializers.FloatField(required=False, min_value=0, max_value=1)


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    """A schedule and its next three times."""

    next_times = serializers.SerializerMethodField()

    class Meta:
        model = Schedule
        fields = [
            "id",
            "name",
            "spec",
            "cron",
            "time_zone",
            "is_active",
            "is_anchor",
            "margin",
            "next_at",
            "next_times",
            "created_at",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DateTimeField()))
    def get_next_times(self, schedule: Schedule) -> list[str]:
        """In UTC; also of one that is paused."""
        return [at.isoformat() for at in upcoming(schedule, now=timezone.now())]


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """Something to look at."""

    class Meta:
        model = Alert
        fields = [
            "id",
            "schedule",
            "kind",
            "subject",
            "said",
            "value",
            "low",
            "high",
            "created_at",
            "dismissed_at",
        ]


class ScheduleRunSerializer(serializers.ModelSerializer[ScheduleRun]):
    """A time of a schedule, its campaign and its alerts."""

    alerts = AlertSerializer(many=True)

    class Meta:
        model = ScheduleRun
        fields = [
            "id",
            "due_at",
            "started_at",
            "state",
            "reason",
            "is_by_hand",
            "campaign",
            "checked_at",
            "alerts",
        ]
