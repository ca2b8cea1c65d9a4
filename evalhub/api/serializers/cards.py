"""What is known of embedding models and of rater versions before relying on them, as the API shows it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evalhub.api.serializers.campaign_read import ShortCampaignSerializer
from evalhub.api.serializers.inputs import EmbeddingModelSerializer, RaterVersionSerializer
from evalhub.api.serializers.spend import SumsSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.selectors.inputs.passport import Passport

MAX_KEY = 2**63 - 1
MAX_WISH_CHARACTERS = 40


class WishSerializer(StrictSerializer):
    """What a model must be able to do; what is unknown of a model rules nothing out."""

    language = serializers.CharField(required=False, max_length=MAX_WISH_CHARACTERS, help_text="A code: de.")
    licence = serializers.CharField(required=False, max_length=MAX_WISH_CHARACTERS)
    tokens = serializers.IntegerField(required=False, min_value=1, help_text="Reads at least so many.")
    dimension = serializers.IntegerField(
        required=False, min_value=1, help_text="Has vectors of at most so many dimensions, maybe cut."
    )
    parameters_m = serializers.IntegerField(
        required=False, min_value=1, help_text="Has at most so many million parameters."
    )


class FactSerializer(serializers.Serializer[Any]):
    """Something known of a model."""

    fact = serializers.CharField(help_text="licence, languages, dimension, matryoshka, max_tokens, ...")
    value = serializers.JSONField(help_text="null for a limit that there is none.")

    def get_fields(self) -> dict[str, Any]:
        """The fields; one is a word of the framework."""
        text = "The file that says it."
        return {**super().get_fields(), "source": serializers.CharField(help_text=text)}


class ModelLineSerializer(serializers.Serializer[Any]):
    """A model that fits."""

    name = serializers.CharField()
    id = serializers.IntegerField(
        source="model.pk", default=None, allow_null=True, help_text="null: no campaign has used it."
    )
    n_systems = serializers.IntegerField()
    share_truncated = serializers.FloatField(
        allow_null=True, help_text="Of the corpus's documents; null without a profile."
    )
    warnings = serializers.ListField(child=serializers.CharField())
    facts = FactSerializer(many=True)
    unavailable = serializers.CharField(
        allow_blank=True, help_text="Why its files could not be read, so that less is known."
    )


class ModelChoiceSerializer(serializers.Serializer[Any]):
    """The models that fit a wish, seen with the newest profile of the corpus."""

    n_in_all = serializers.IntegerField(help_text="Models, whether they fit or not.")
    has_profile = serializers.BooleanField()
    results = ModelLineSerializer(many=True)


class ModelUseSerializer(serializers.Serializer[Any]):
    """A system of a campaign with its score by the campaign's first rater."""

    campaign = serializers.IntegerField(source="campaign.pk")
    system = serializers.CharField(source="system.name")
    measure = serializers.CharField(source="score.measure", default=None, allow_null=True)
    value = serializers.FloatField(source="score.value", default=None, allow_null=True)


class ModelCardSerializer(EmbeddingModelSerializer):
    """An embedding model that campaigns used: what is known, and how it scored."""

    facts = FactSerializer(many=True)
    unavailable = serializers.CharField(allow_blank=True)
    uses = ModelUseSerializer(many=True, help_text="The newest 25.")

    class Meta(EmbeddingModelSerializer.Meta):
        fields = [*EmbeddingModelSerializer.Meta.fields, "facts", "unavailable", "uses"]


class QualitySerializer(serializers.Serializer[Any]):
    """A collection on which the version was, or could be, held against gold labels."""

    collection = serializers.CharField(source="collection.name")
    collection_id = serializers.IntegerField(source="collection.pk")
    figures = serializers.DictField(help_text="Of the newest report, as agreement gives it; {} without one.")
    is_outdated = serializers.BooleanField(help_text="Queries or labels have changed since.")
    ceiling = serializers.FloatField(
        allow_null=True, help_text="What people reach among themselves, in quadratic kappa."
    )


class ReasonSerializer(serializers.Serializer[Any]):
    """Pairs without a grade."""

    reason = serializers.CharField()
    n = serializers.IntegerField()


class DecisionSerializer(serializers.Serializer[Any]):
    """Somebody promoted or retired the version."""

    decision = serializers.CharField(source="kind")
    by = serializers.CharField(source="decided_by.username", default=None, allow_null=True)
    at = serializers.DateTimeField(source="decided_at")


class PassportSerializer(serializers.Serializer[Any]):
    """How good, how dear, how fast a version is, and who relies on it."""

    version = RaterVersionSerializer()
    rater = serializers.CharField(source="version.rater.name")
    is_promoted = serializers.BooleanField(help_text="The rater's bare name means it by a decision.")
    sums = SumsSerializer()
    coverage = serializers.FloatField(allow_null=True, help_text="Pairs with a grade, of all it settled.")
    usd_per_1k = serializers.FloatField(allow_null=True, help_text="For 1,000 pairs.")
    latency_s = serializers.FloatField(allow_null=True)
    unrated = serializers.SerializerMethodField()
    qualities = QualitySerializer(many=True)
    n_campaigns = serializers.IntegerField()
    campaigns = ShortCampaignSerializer(many=True, help_text="The newest 20.")
    decisions = DecisionSerializer(many=True, help_text="The newest 10.")
    training = serializers.DictField(help_text="Of a trained one: from what and how; else {}.")

    @extend_schema_field(ReasonSerializer(many=True))
    def get_unrated(self, passport: Passport) -> list[dict[str, Any]]:
        """Pairs by the reason why they have no grade, each counted once for a campaign that asked."""
        return [{"reason": reason, "n": n} for reason, n in passport.unrated]
