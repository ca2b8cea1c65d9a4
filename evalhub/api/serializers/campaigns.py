"""Campaigns as the API shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.jobs import JobSerializer
from evalhub.models import Campaign


class CorpusVersionSerializer(serializers.Serializer[Any]):
    """The state of a corpus that a campaign searched."""

    id = serializers.IntegerField(source="corpus_id")
    name = serializers.CharField(source="corpus.name")
    snapshot = serializers.IntegerField(source="number")


class QueriesVersionSerializer(serializers.Serializer[Any]):
    """The state of a query collection that a campaign asked."""

    id = serializers.IntegerField(source="collection_id")
    name = serializers.CharField(source="collection.name")
    version = serializers.IntegerField(source="collection_version")
    gold_version = serializers.IntegerField()


class CampaignSystemSerializer(serializers.Serializer[Any]):
    """A system of a campaign."""

    id = serializers.IntegerField(source="system_id")
    name = serializers.CharField(source="system.name")
    kind = serializers.CharField(source="system.kind", help_text="index or run")


class CampaignRaterSerializer(serializers.Serializer[Any]):
    """A rater of a campaign, under the name that the campaign gives it."""

    name = serializers.CharField()
    version = serializers.CharField(source="rater_version.digest")
    kind = serializers.CharField(source="rater_version.kind")
    model = serializers.CharField(source="rater_version.model", allow_blank=True)


class CampaignSourceSerializer(serializers.Serializer[Any]):
    """The commit that was evaluated, and who set it off; empty where it is not known."""

    commit = serializers.CharField(source="git_sha", allow_blank=True)
    branch = serializers.CharField(allow_blank=True)
    actor = serializers.CharField(allow_blank=True)
    url = serializers.CharField(source="ci_url", allow_blank=True)


class LinksSerializer(serializers.Serializer[Any]):
    """Where to go from a campaign."""

    self = serializers.URLField()
    results = serializers.URLField()
    gate = serializers.URLField()
    queries = serializers.URLField()
    hits = serializers.URLField()
    page = serializers.URLField(help_text="For people.")


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    """A campaign."""

    corpus = CorpusVersionSerializer(source="snapshot")
    queries = QueriesVersionSerializer(source="*")
    systems = CampaignSystemSerializer(source="campaign_systems", many=True)
    raters = CampaignRaterSerializer(source="campaign_raters", many=True)
    # DRF takes fields out of the class, and Field.source stays what it is.
    source = CampaignSourceSerializer(source="*")  # type: ignore[assignment]
    tags = serializers.SlugRelatedField[Any](many=True, read_only=True, slug_field="name")
    budget_usd = serializers.FloatField(allow_null=True)
    created_by = serializers.CharField(source="created_by.username", default=None, allow_null=True)
    error = serializers.CharField(allow_blank=True)

    class Meta:
        model = Campaign
        fields = [
            *("id", "name", "state", "error", "created_at", "finished_at", "created_by"),
            *("source", "gate_outcome"),
            *("tags", "corpus", "queries", "systems", "raters"),
            *("cutoff", "depth", "weights", "budget_usd", "coverage_floor"),
        ]


class CampaignStatusSerializer(CampaignSerializer):
    """A campaign, how far it is, and where to go from it."""

    share_done = serializers.FloatField(help_text="In [0, 1]; each job counts alike.")
    jobs = JobSerializer(many=True)
    links = LinksSerializer()

    class Meta(CampaignSerializer.Meta):
        fields = [*CampaignSerializer.Meta.fields, "share_done", "jobs", "links"]
