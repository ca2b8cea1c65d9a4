"""Query collections, their queries and their gold labels."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evalhub.models.workspaces import Workspace


class QueryCollection(models.Model):
    """A named set of queries with gold labels, both versioned by counters as snapshots are."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=0)
    digest = models.CharField(
        max_length=71, blank=True, help_text="of the current (query_id, text, need, tags)"
    )
    n_queries = models.PositiveIntegerField(default=0)
    gold_version = models.PositiveIntegerField(default=0)
    gold_digest = models.CharField(max_length=71, blank=True)
    gold_sum = models.CharField(
        max_length=64, blank=True, help_text="what gold_digest is the digest of, to go on from"
    )
    n_gold = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="query_collection_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Query(models.Model):
    """A query as it was over a span of its collection's versions."""

    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE, related_name="queries")
    query_id = models.CharField(max_length=500)
    text = models.TextField()
    need = models.TextField(blank=True, help_text="what a satisfying document would say")
    tags = models.JSONField(default=list)
    digest = models.CharField(max_length=64, help_text="of text and need: what raters see")
    row_digest = models.CharField(max_length=64)
    added_in = models.PositiveIntegerField()
    removed_in = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "query_id", "added_in"], name="query_version_unique"
            ),
            models.UniqueConstraint(
                fields=["collection", "query_id"], condition=Q(removed_in=None), name="query_one_current"
            ),
        ]

    def __str__(self) -> str:
        return self.query_id


class GoldLabel(models.Model):
    """A person's grade of (query_id, doc_id), as it was over a span of the collection's gold versions."""

    class Selection(models.TextChoices):
        """Empty where a file brought the label and nobody knows."""

        HAND_PICKED = "hand-picked"
        SAMPLE = "probability sample"

    collection = models.ForeignKey(QueryCollection, on_delete=models.CASCADE, related_name="gold_labels")
    query_id = models.CharField(max_length=500)
    doc_id = models.CharField(max_length=500)
    grade = models.SmallIntegerField()
    selection = models.CharField(
        max_length=20,
        choices=Selection,
        blank=True,
        help_text="how the pair came to be graded; only a probability sample could stand for others",
    )
    inclusion_probability = models.FloatField(null=True, help_text="where it was drawn for a sample")
    graded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    graded_at = models.DateTimeField(null=True)
    added_in = models.PositiveIntegerField()
    removed_in = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "query_id", "doc_id", "added_in"], name="gold_version_unique"
            ),
            models.UniqueConstraint(
                fields=["collection", "query_id", "doc_id"],
                condition=Q(removed_in=None),
                name="gold_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query_id} {self.doc_id} {self.grade}"
