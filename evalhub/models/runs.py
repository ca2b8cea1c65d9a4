"""Runs and hits: what a system returned."""

from django.db import models

from evalhub.models.corpora import Document, Snapshot
from evalhub.models.jobs import Job
from evalhub.models.queries import Query, QueryCollection
from evalhub.models.systems import System


class Run(models.Model):
    """A system's ranked lists for one version of a collection over one snapshot; campaigns share it."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="runs")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE)
    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE)
    collection_version = models.PositiveIntegerField()
    depth = models.PositiveIntegerField()
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT)
    query_ms_p50 = models.FloatField(null=True)
    query_ms_p95 = models.FloatField(null=True)
    ann_recall_at_10 = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "snapshot", "collection", "collection_version", "depth"], name="run_unique"
            )
        ]

    def __str__(self) -> str:
        return f"run of {self.system}"


class Hit(models.Model):
    """A document at a rank; rank counts from 1."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="hits")
    query = models.ForeignKey(Query, on_delete=models.CASCADE)
    rank = models.PositiveIntegerField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    score = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "query", "rank"], name="hit_rank_unique"),
            models.UniqueConstraint(fields=["run", "query", "document"], name="hit_document_unique"),
            models.CheckConstraint(condition=models.Q(rank__gte=1), name="hit_rank_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.query_id}:{self.rank}"
