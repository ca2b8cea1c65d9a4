"""Corpora, their documents and their snapshots."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from evalhub.models.workspaces import Workspace


class Corpus(models.Model):
    """A named text collection to search."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="corpus_name_unique")]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """An immutable state of a corpus.

    Snapshot n holds the documents with added_in <= n and (removed_in is null or removed_in > n): an upload
    writes only what changed, and readers of earlier snapshots never see a later one being written.
    """

    class State(models.TextChoices):
        """Only a ready snapshot is ever read."""

        IMPORTING = "importing"
        READY = "ready"

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.IMPORTING)
    digest = models.CharField(max_length=71, help_text="of the set of (doc_id, title, text, metadata)")
    source_name = models.CharField(max_length=500)
    n_documents = models.PositiveIntegerField()
    n_added = models.PositiveIntegerField(default=0)
    n_removed = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0, help_text="counted in n_added and in n_removed too")
    lease_until = models.DateTimeField(default=timezone.now, help_text="an import past it is dead")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "number"], name="snapshot_number_unique"),
            models.UniqueConstraint(
                fields=["corpus"], condition=Q(state="importing"), name="snapshot_one_import_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.corpus} #{self.number}"


class Document(models.Model):
    """One text of a corpus, as it was over a span of snapshots; a change closes the row and opens another."""

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="documents")
    doc_id = models.CharField(max_length=500)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    metadata = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, help_text="of title and text: what models see")
    row_digest = models.CharField(max_length=64, help_text="of all fields: what an upload compares")
    added_in = models.PositiveIntegerField()
    removed_in = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "doc_id", "added_in"], name="document_version_unique"),
            models.UniqueConstraint(
                fields=["corpus", "doc_id"], condition=Q(removed_in=None), name="document_one_current"
            ),
            models.CheckConstraint(
                condition=Q(removed_in=None) | Q(removed_in__gt=F("added_in")), name="document_span_not_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["corpus", "added_in", "doc_id"], name="document_by_addition"),
            models.Index(
                fields=["corpus", "removed_in", "doc_id"],
                condition=Q(removed_in__isnull=False),
                name="document_by_removal",
            ),
            models.Index(fields=["corpus", "digest"], name="document_by_text"),
        ]

    def __str__(self) -> str:
        return self.doc_id
