"""Raters, their immutable versions, and the judgments they gave."""

from django.db import models
from django.db.models import Q

from evalhub.models.workspaces import Workspace


class Rater(models.Model):
    """A named instrument; what grades is one of its versions."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    promoted = models.ForeignKey(
        "RaterVersion",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="what the bare name means; null: the newest that is not retired",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="rater_name_unique")]

    def __str__(self) -> str:
        return self.name


class RaterVersion(models.Model):
    """Prompt, model revision, decoding and parser; immutable. Equal ones are one row, whatever their name."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    model = models.CharField(max_length=500)
    max_grade = models.PositiveSmallIntegerField(help_text="G of the rubric's 0..G")
    spec = models.JSONField(help_text="raters.spec.RaterSpec as a mapping")
    digest = models.CharField(max_length=71)
    retired_at = models.DateTimeField(null=True, help_text="offered to no new campaign since")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "digest"], name="rater_version_digest_unique"),
            models.UniqueConstraint(fields=["rater", "number"], name="rater_version_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.rater} v{self.number}"


class Judgment(models.Model):
    """A machine's grade of one (query text, document text); the row exists before anything is paid."""

    class State(models.TextChoices):
        """Unrated is an outcome with a reason, never a grade of 0."""

        PENDING = "pending"
        GRADED = "graded"
        UNRATED = "unrated"

    rater_version = models.ForeignKey(RaterVersion, on_delete=models.CASCADE, related_name="judgments")
    query_digest = models.CharField(max_length=64)
    document_digest = models.CharField(max_length=64)
    repeat = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    claim = models.CharField(max_length=60, blank=True, help_text="the unit attempt that is rating it")
    grade = models.SmallIntegerField(null=True)
    gain = models.FloatField(null=True, help_text="in [0, 1]")
    probabilities = models.JSONField(null=True, help_text="one per offered grade")
    rationale = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    reason = models.CharField(max_length=30, blank=True, help_text="why unrated")
    detail = models.TextField(blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    truncated_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    latency_s = models.FloatField(default=0.0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rater_version", "query_digest", "document_digest", "repeat"], name="judgment_unique"
            ),
            models.CheckConstraint(
                condition=Q(state="graded", grade__isnull=False, gain__gte=0, gain__lte=1)
                | Q(state__in=["pending", "unrated"], grade=None, gain=None),
                name="judgment_grade_only_when_graded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.grade}"
