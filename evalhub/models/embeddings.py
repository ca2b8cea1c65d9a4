"""Embedding models, the vectors they made, and the indexes that search them."""

from django.db import models

from evalhub.models.corpora import Snapshot
from evalhub.models.workspaces import Workspace


class EmbeddingModel(models.Model):
    """Weights, revision, pooling, prompts and token limit: all that decides a vector."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    provider = models.CharField(max_length=50)
    model = models.CharField(max_length=500)
    revision = models.CharField(max_length=71)
    spec = models.JSONField(help_text="indexing.spec.EncoderSpec as a mapping")
    digest = models.CharField(max_length=71)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "digest"], name="embedding_model_digest_unique")
        ]

    def __str__(self) -> str:
        return self.name


class VectorSet(models.Model):
    """All vectors of one snapshot by one embedding model, at full dimension."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE)
    embedding_model = models.ForeignKey(EmbeddingModel, on_delete=models.CASCADE)
    is_ready = models.BooleanField(default=False)
    dimension = models.PositiveIntegerField(default=0)
    n_vectors = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "embedding_model"], name="vector_set_unique")
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} by {self.embedding_model}"


class VectorShard(models.Model):
    """A file of vectors; a set inherits the shards of the snapshot before it and adds its own."""

    vector_set = models.ForeignKey(VectorSet, on_delete=models.CASCADE, related_name="shards")
    name = models.CharField(max_length=200)
    n_vectors = models.PositiveIntegerField()
    dimension = models.PositiveIntegerField()
    n_bytes = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=71)
    n_tokens = models.PositiveBigIntegerField()
    n_truncated = models.PositiveIntegerField()
    encode_s = models.FloatField(help_text="seconds the model computed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vector_set", "name"], name="vector_shard_unique")]

    def __str__(self) -> str:
        return self.name


class VectorIndex(models.Model):
    """What searches a vector set: exact or HNSW, at a dimension and dtype."""

    vector_set = models.ForeignKey(VectorSet, on_delete=models.CASCADE, related_name="indexes")
    spec = models.JSONField(help_text="indexing.spec.IndexSpec as a mapping")
    digest = models.CharField(max_length=71, help_text="of the spec")
    is_ready = models.BooleanField(default=False)
    n_bytes = models.PositiveBigIntegerField(default=0)
    build_s = models.FloatField(default=0.0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vector_set", "digest"], name="vector_index_unique")]

    def __str__(self) -> str:
        return f"index of {self.vector_set}"
