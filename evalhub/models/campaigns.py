"""Campaigns: an evaluation of systems by raters."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evalhub.models.corpora import Snapshot
from evalhub.models.jobs import Job
from evalhub.models.queries import QueryCollection
from evalhub.models.raters import RaterVersion
from evalhub.models.runs import Run
from evalhub.models.systems import System
from evalhub.models.workspaces import Workspace


class Campaign(models.Model):
    """What was asked, over which immutable inputs; the work is in its jobs, which other campaigns share."""

    class State(models.TextChoices):
        """As its jobs are, kept here so that lists can filter."""

        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT)
    collection = models.ForeignKey(QueryCollection, on_delete=models.PROTECT)
    collection_version = models.PositiveIntegerField()
    gold_version = models.PositiveIntegerField()
    cutoff = models.PositiveIntegerField()
    depth = models.PositiveIntegerField()
    weights = models.CharField(max_length=50)
    coverage_floor = models.FloatField(default=0.95)
    budget_usd = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    spec = models.JSONField(help_text="as asked, to start it again")
    score_job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="scored_campaigns")
    jobs: "models.ManyToManyField[Job, CampaignJob]" = models.ManyToManyField(
        Job, through="CampaignJob", related_name="campaigns"
    )
    error = models.TextField(blank=True)
    gate_outcome = models.CharField(
        max_length=10, blank=True, help_text="of a done campaign with a gate, so that lists can filter"
    )
    git_sha = models.CharField(max_length=64, blank=True, help_text="the commit that was evaluated")
    branch = models.CharField(max_length=255, blank=True)
    actor = models.CharField(max_length=200, blank=True, help_text="who set it off, as CI names them")
    ci_url = models.CharField(max_length=1000, blank=True, help_text="of the CI job; http or https")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cutoff__gte=1, depth__gte=models.F("cutoff")), name="campaign_cutoff_within_depth"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="campaign_newest"),
            models.Index(fields=["workspace", "name", "-created_at"], name="campaign_newest_of_name"),
            models.Index(fields=["workspace", "branch", "name"], name="campaign_of_branch"),
            models.Index(fields=["workspace", "git_sha"], name="campaign_of_commit"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class CampaignJob(models.Model):
    """A job a campaign needs; `is_reused` says that it had finished before the campaign asked."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_jobs")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="campaign_jobs")
    is_reused = models.BooleanField()
    spent_before_usd = models.DecimalField(
        max_digits=14, decimal_places=8, default=0, help_text="by the job, when this campaign joined it"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "job"], name="campaign_job_unique")]

    def __str__(self) -> str:
        return str(self.job)


class CampaignSystem(models.Model):
    """A system in a campaign, in the order the spec lists them, with its run."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_systems")
    system = models.ForeignKey(System, on_delete=models.PROTECT)
    run = models.ForeignKey(Run, on_delete=models.PROTECT)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "system"], name="campaign_system_unique"),
            models.UniqueConstraint(fields=["campaign", "position"], name="campaign_system_position_unique"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.system)


class CampaignRater(models.Model):
    """A rater version in a campaign, under the name the spec gives it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_raters")
    rater_version = models.ForeignKey(RaterVersion, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "rater_version"], name="campaign_rater_unique"),
            models.UniqueConstraint(fields=["campaign", "name"], name="campaign_rater_name_unique"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class CampaignTag(models.Model):
    """A word that people sort campaigns by."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=50)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "campaign"], name="campaign_tag_unique")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
