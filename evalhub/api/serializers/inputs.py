"""Corpora, query collections, systems, embedding models and raters as the API shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.pages import PageSerializer
from evalhub.models import (
    Document,
    EmbeddingModel,
    Query,
    QueryCollection,
    RaterVersion,
    Snapshot,
    System,
)


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    """An immutable state of a corpus."""

    class Meta:
        model = Snapshot
        fields = ["id", "number", "n_documents", "n_added", "n_removed", "source_name", "created_at"]


class CorpusSerializer(serializers.Serializer[Any]):
    """A corpus and its latest state."""

    id = serializers.IntegerField(source="corpus.pk")
    name = serializers.CharField(source="corpus.name")
    created_at = serializers.DateTimeField(source="corpus.created_at")
    snapshot = SnapshotSerializer(allow_null=True)


class QueryCollectionSerializer(serializers.ModelSerializer[QueryCollection]):
    """A query collection, with the versions of its queries and of its gold labels."""

    class Meta:
        model = QueryCollection
        fields = ["id", "name", "version", "n_queries", "gold_version", "n_gold", "created_at"]


class EmbeddingModelSerializer(serializers.ModelSerializer[EmbeddingModel]):
    """An embedding model that a campaign has used."""

    class Meta:
        model = EmbeddingModel
        fields = ["id", "name", "provider", "model", "revision", "digest", "created_at"]


class SystemSerializer(serializers.ModelSerializer[System]):
    """A complete way to retrieve."""

    embedding_model = EmbeddingModelSerializer(allow_null=True)
    index = serializers.DictField(source="index_spec", allow_null=True)

    class Meta:
        model = System
        fields = ["id", "name", "kind", "embedding_model", "index", "run_name", "digest", "created_at"]


class RaterVersionSerializer(serializers.ModelSerializer[RaterVersion]):
    """What grades; it never changes."""

    class Meta:
        model = RaterVersion
        fields = ["id", "number", "kind", "model", "max_grade", "digest", "retired_at", "created_at"]


class RaterSerializer(serializers.Serializer[Any]):
    """A named rater and the version that its bare name means."""

    id = serializers.IntegerField(source="rater.pk")
    name = serializers.CharField(source="rater.name")
    created_at = serializers.DateTimeField(source="rater.created_at")
    version = RaterVersionSerializer(allow_null=True)


class DocumentFilterSerializer(PageSerializer):
    """Which documents."""

    snapshot = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Its number; else the latest."
    )
    prefix = serializers.CharField(
        required=False, max_length=500, trim_whitespace=False, help_text="What doc_id begins with."
    )


class QueryFilterSerializer(PageSerializer):
    """Which queries."""

    version = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="Of the collection; else the current one."
    )
    q = serializers.CharField(required=False, max_length=300, help_text="A part of the text or of query_id.")


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A document, as an upload takes it."""

    document = serializers.IntegerField(source="pk", help_text="Its id; an upload ignores it.")
    metadata = serializers.DictField()

    class Meta:
        model = Document
        fields = ["document", "doc_id", "title", "text", "metadata"]


class QuerySerializer(serializers.ModelSerializer[Query]):
    """A query, as an upload takes it."""

    tags = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Query
        fields = ["query_id", "text", "need", "tags"]
