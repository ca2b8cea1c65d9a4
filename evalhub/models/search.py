"""Searches: a text that somebody asked a system, and what it found."""

from django.db import models

from evalhub.models.corpora import Document, Snapshot
from evalhub.models.systems import System
from evalhub.models.workspaces import Workspace


class Search(models.Model):
    """A text asked of a system over a snapshot; asking the same again is the same row, already answered.

    A person waits, so it is one message to a worker that is warm, and not a job of several.
    """

    class State(models.TextChoices):
        """Free to claim, claimed under a lease, or final."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE)
    system = models.ForeignKey(System, on_delete=models.CASCADE)
    text = models.TextField()
    depth = models.PositiveIntegerField()
    key = models.CharField(max_length=71, help_text="digest of snapshot, system, text and depth")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=200, blank=True, help_text="host:pid of the latest claim")
    lease_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(help_text="last")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_loading = models.BooleanField(default=False, help_text="the worker reads the model and index first")
    load_s = models.FloatField(null=True, help_text="seconds that loading took; null where it was warm")
    query_ms = models.FloatField(null=True, help_text="to encode and search, without loading")
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="search_key_unique")]
        indexes = [
            models.Index(
                fields=["state"], condition=models.Q(state__in=["waiting", "running"]), name="search_open"
            ),
            models.Index(fields=["workspace", "-asked_at"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return f"search {self.pk} by {self.system}"


class SearchHit(models.Model):
    """A document at a rank; rank counts from 1."""

    search = models.ForeignKey(Search, on_delete=models.CASCADE, related_name="hits")
    rank = models.PositiveIntegerField()
    document = models.ForeignKey(Document, on_delete=models.CASCADE)
    score = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "rank"], name="search_hit_rank_unique")]

    def __str__(self) -> str:
        return f"{self.search_id}:{self.rank}"
