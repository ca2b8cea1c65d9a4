"""Schedules: campaigns that start by the clock, what came of each time, and what deserves a look."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evalhub.models.campaigns import Campaign
from evalhub.models.jobs import Job
from evalhub.models.raters import RaterVersion
from evalhub.models.workspaces import Workspace


class Schedule(models.Model):
    """A spec and when it is to run."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    spec = models.JSONField(help_text="as a campaign's, of what was imported")
    cron = models.CharField(max_length=100, help_text="minute hour day month weekday")
    time_zone = models.CharField(max_length=64, help_text="an IANA name")
    is_active = models.BooleanField(default=True)
    is_anchor = models.BooleanField(default=False, help_text="grades the same pairs anew to watch its raters")
    margin = models.FloatField(default=0.0, help_text="a drop below minus this raises an alert")
    next_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, help_text="hidden and silent since; kept for undo")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(removed_at=None), name="schedule_name_unique"
            ),
            models.CheckConstraint(condition=Q(margin__gte=0), name="schedule_margin_not_negative"),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(is_active=True), name="schedule_due")]

    def __str__(self) -> str:
        return self.name


class ScheduleRun(models.Model):
    """A time of a schedule: the campaign that it started, or why it started none."""

    class State(models.TextChoices):
        """What came of it."""

        STARTED = "started"
        SKIPPED = "skipped"
        FAILED = "failed"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    started_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State)
    reason = models.TextField(blank=True, help_text="of one that started nothing")
    is_by_hand = models.BooleanField(default=False)
    campaign = models.OneToOneField(
        Campaign, null=True, on_delete=models.SET_NULL, related_name="schedule_run"
    )
    checked_at = models.DateTimeField(null=True, help_text="when its alerts were written")

    class Meta:
        indexes = [
            models.Index(fields=["schedule", "-started_at"], name="schedule_run_newest"),
            models.Index(fields=["checked_at"], condition=Q(checked_at=None), name="schedule_run_open"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} at {self.due_at}"


class Regrading(models.Model):
    """The same pairs graded anew by the same rater version: what an anchor compares with the first grades."""

    run = models.ForeignKey(ScheduleRun, on_delete=models.CASCADE, related_name="regradings")
    rater_version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE)
    repeat = models.PositiveSmallIntegerField(help_text="of its judgments; 0 are the first grades")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="regradings")
    n_pairs = models.PositiveIntegerField(null=True, help_text="graded both times")
    n_queries = models.PositiveIntegerField(null=True)
    agreement = models.FloatField(null=True, help_text="share of pairs with the same grade both times")
    mean_then = models.FloatField(null=True, help_text="gain in [0, 1], mean over queries")
    mean_now = models.FloatField(null=True)
    shift = models.FloatField(null=True, help_text="now - then")
    shift_low = models.FloatField(null=True)
    shift_high = models.FloatField(null=True)
    gold_shift = models.FloatField(null=True, help_text="of the mean distance to gold gains, now - then")
    gold_shift_low = models.FloatField(null=True)
    gold_shift_high = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "rater_version"], name="regrading_unique"),
            models.UniqueConstraint(fields=["rater_version", "repeat"], name="regrading_repeat_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.rater_version} again, {self.run}"


class Alert(models.Model):
    """Something that a schedule found and a person should look at."""

    class Kind(models.TextChoices):
        """What it is about."""

        DROP = "drop"
        DRIFT = "drift"
        STALE = "stale"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="alerts")
    run = models.ForeignKey(ScheduleRun, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=200, help_text="a system, a rater or a corpus")
    said = models.TextField(help_text="one sentence with the numbers and what to do")
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    created_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "kind", "subject"], name="alert_unique")]
        indexes = [models.Index(fields=["schedule", "-created_at"], name="alert_newest")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
