"""Corpus profiles as the API takes and shows them: `evalhub.selectors.inputs.profiles.ProfileState`."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.serializers.strict import StrictSerializer


class ProfileRequestSerializer(StrictSerializer):
    """What a corpus is held against."""

    queries = serializers.CharField(
        required=False, help_text="A query collection by name, to count the words that both share."
    )


class ProfileFilterSerializer(StrictSerializer):
    """Which profile."""

    snapshot = serializers.IntegerField(required=False, min_value=1, help_text="By number; else the newest.")


class SpreadSerializer(serializers.Serializer[Any]):
    """How lengths are spread."""

    n = serializers.IntegerField()
    mean = serializers.FloatField()
    smallest = serializers.IntegerField()
    median = serializers.IntegerField()
    p95 = serializers.IntegerField()
    largest = serializers.IntegerField()
    bins = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="(from, to, n); the last bin holds all that is longer.",
    )


class DuplicatesSerializer(serializers.Serializer[Any]):
    """Documents whose title and text are those of another; exact."""

    n_texts = serializers.IntegerField(help_text="Texts used more than once.")
    n_documents = serializers.IntegerField(help_text="Documents that have them.")
    n_extra = serializers.IntegerField(help_text="Documents that could go.")
    groups = serializers.ListField(child=serializers.ListField(), help_text="(n, some doc_ids), most first.")


class TextsSerializer(serializers.Serializer[Any]):
    """Lengths, empty and equal documents, languages."""

    n_documents = serializers.IntegerField()
    characters = SpreadSerializer(allow_null=True)
    words = SpreadSerializer(allow_null=True)
    n_empty = serializers.IntegerField()
    duplicates = DuplicatesSerializer()
    languages = serializers.ListField(child=serializers.ListField(), help_text="(ISO 639 code, documents).")
    n_languages_of = serializers.IntegerField(help_text="Documents that were looked at for languages.")
    seed = serializers.IntegerField(help_text="Of the sample.")


class TokensSerializer(serializers.Serializer[Any]):
    """Lengths in tokens by one model's own tokenizer."""

    name = serializers.CharField()
    unavailable = serializers.CharField(required=False, help_text="Why nothing was counted.")
    n_of = serializers.IntegerField(required=False, help_text="Documents that were looked at.")
    seed = serializers.IntegerField(required=False)
    tokens = SpreadSerializer(allow_null=True, required=False)
    limit = serializers.IntegerField(allow_null=True, required=False, help_text="null: no limit.")
    n_truncated = serializers.IntegerField(required=False)
    languages = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="As the model's card names them."
    )


class SimilarSerializer(serializers.Serializer[Any]):
    """How near the nearest other document is, by one model's vectors."""

    name = serializers.CharField()
    n_documents = serializers.IntegerField()
    n_of = serializers.IntegerField(help_text="Documents held against all.")
    seed = serializers.IntegerField()
    floor = serializers.FloatField(help_text="Pairs below it are not listed.")
    bins = serializers.ListField(
        child=serializers.IntegerField(), help_text="Documents by hundredth of similarity, 0.00 to 1.00."
    )
    pairs = serializers.ListField(
        child=serializers.ListField(), help_text="(similarity, doc_id, id, doc_id, id); no equal texts."
    )


class SharesSerializer(serializers.Serializer[Any]):
    """Shares of query words."""

    n = serializers.IntegerField(help_text="Queries that have a value.")
    mean = serializers.FloatField(allow_null=True)
    bins = serializers.ListField(child=serializers.IntegerField(), help_text="Queries by tenth.")


class OverlapSerializer(serializers.Serializer[Any]):
    """Which words of queries the documents use."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    n_queries = serializers.IntegerField()
    n_queries_in_all = serializers.IntegerField()
    n_of = serializers.IntegerField(help_text="Documents that were looked at.")
    seed = serializers.IntegerField()
    anywhere = SharesSerializer()
    best = SharesSerializer()
    relevant = SharesSerializer()


class ProfileSerializer(serializers.Serializer[Any]):
    """A profile, as far as it is computed."""

    id = serializers.IntegerField()
    corpus = serializers.CharField()
    snapshot = serializers.IntegerField()
    queries = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    job = JobSerializer()
    warnings = serializers.ListField(child=serializers.CharField())
    texts = TextsSerializer(allow_null=True)
    tokens = TokensSerializer(many=True)
    similar = SimilarSerializer(many=True)
    overlap = OverlapSerializer(allow_null=True)
