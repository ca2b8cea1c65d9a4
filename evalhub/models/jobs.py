"""Jobs addressed by content, and the work units they split into."""

from django.db import models
from django.db.models import Q

from evalhub.models.workspaces import Workspace


class Job(models.Model):
    """Something long, with a key made of everything that changes its result and nothing that does not."""

    class Kind(models.TextChoices):
        """One module of `evalhub.pipeline` each."""

        INGEST = "ingest"
        EMBED = "embed"
        INDEX = "index"
        STATISTICS = "statistics"
        RETRIEVE = "retrieve"
        RATE = "rate"
        SCORE = "score"
        FINE_TUNE = "fine-tune"
        PROFILE = "profile"
        PROBE = "probe"
        REVIEW = "review"
        AGREEMENT = "agreement"
        PREVIEW = "preview"

    class State(models.TextChoices):
        """Waiting for other jobs, running, held back, or final."""

        WAITING = "waiting"
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=71)
    queue = models.CharField(max_length=20)
    label = models.CharField(max_length=300, help_text="for people: what it works on")
    item_word = models.CharField(max_length=30, help_text="what progress counts: documents, pairs")
    params = models.JSONField(help_text="ids of the rows it works on")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    is_planned = models.BooleanField(default=False)
    requires = models.ManyToManyField("self", symmetrical=False, related_name="required_by")
    error = models.TextField(blank=True)
    spent_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="job_key_unique")]
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=["waiting", "running"]), name="job_open")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class WorkUnit(models.Model):
    """One to five minutes of a job; whoever holds the lease of its latest attempt may write its result."""

    class State(models.TextChoices):
        """Free to claim, claimed under a lease, or final."""

        FREE = "free"
        CLAIMED = "claimed"
        DONE = "done"
        FAILED = "failed"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="units")
    number = models.PositiveIntegerField(help_text="0 plans the others")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.FREE)
    attempt = models.PositiveIntegerField(default=0)
    n_failures = models.PositiveIntegerField(default=0, help_text="in a row, without progress between")
    n_fruitless = models.PositiveIntegerField(
        default=0, help_text="tries in a row that stored nothing, by any unit of the job"
    )
    worker = models.CharField(max_length=200, blank=True, help_text="host:pid of the latest claim")
    lease_until = models.DateTimeField(null=True)
    available_at = models.DateTimeField(help_text="not to be claimed before")
    enqueued_at = models.DateTimeField(null=True)
    reserved_usd = models.DecimalField(
        max_digits=14, decimal_places=8, default=0, help_text="counts while the unit is claimed"
    )
    n_items = models.PositiveIntegerField(default=0)
    n_items_done = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    busy_s = models.FloatField(default=0.0, help_text="seconds of all attempts that ended in order")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="work_unit_number_unique")]
        indexes = [
            models.Index(
                fields=["state", "lease_until"],
                condition=Q(state__in=["free", "claimed"]),
                name="work_unit_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.job} unit {self.number}"
