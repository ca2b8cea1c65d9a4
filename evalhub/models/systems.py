"""Systems: complete ways to retrieve."""

from django.db import models
from django.db.models import Q

from evalhub.models.embeddings import EmbeddingModel
from evalhub.models.workspaces import Workspace


class System(models.Model):
    """An index over an embedding model, or a run retrieved elsewhere; immutable, so results can name it."""

    class Kind(models.TextChoices):
        """Where the ranked lists come from."""

        INDEX = "index"
        RUN = "run"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    embedding_model = models.ForeignKey(EmbeddingModel, null=True, on_delete=models.PROTECT)
    index_spec = models.JSONField(null=True, help_text="indexing.spec.IndexSpec as a mapping")
    run_path = models.CharField(max_length=1000, blank=True, help_text="relative to EVALHUB_HOME")
    run_name = models.CharField(max_length=500, blank=True, help_text="the file's name where it came from")
    digest = models.CharField(max_length=71)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "digest"], name="system_digest_unique"),
            models.CheckConstraint(
                condition=Q(kind="index", embedding_model__isnull=False, index_spec__isnull=False)
                | (Q(kind="run", embedding_model=None) & ~Q(run_path="")),
                name="system_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name
