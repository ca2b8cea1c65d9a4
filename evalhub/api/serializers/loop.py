"""From labels to an adopted version, as the API takes and shows it."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.inputs import RaterVersionSerializer
from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.services.previews import MAX_CAMPAIGNS, MAX_PAIRS, N_PAIRS


class RaterAddedSerializer(serializers.Serializer[Any]):
    """A registered version, and what its rater's bare name means."""

    id = serializers.IntegerField(source="version.rater_id")
    name = serializers.CharField(source="version.rater.name")
    version = RaterVersionSerializer()
    name_means = serializers.IntegerField(
        source="meant.number", default=None, allow_null=True, help_text="The version by its number."
    )


class NextSerializer(StrictSerializer):
    """From which labels."""

    queries = serializers.CharField(help_text="The collection whose gold labels teach.")
    corpus = serializers.CharField(
        required=False, help_text="Whose documents the labels grade; needed where it is not clear."
    )


class HeldOutQuerySerializer(NextSerializer):
    """What is compared, by which labels."""

    candidate = serializers.CharField(help_text="NAME@NUMBER, such as judge@2.")


class FigureSerializer(serializers.Serializer[Any]):
    """A figure with its 95% interval over queries; null where it is undefined."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n_pairs = serializers.IntegerField()
    n_queries = serializers.IntegerField()


class BothSerializer(serializers.Serializer[Any]):
    """A figure of both versions, and the paired difference new - old."""

    new = FigureSerializer()
    old = FigureSerializer()
    difference = FigureSerializer()


class HeldOutSerializer(serializers.Serializer[Any]):
    """Two versions on the queries that neither learnt from: `evalhub.selectors.loop.held_out.HeldOut`."""

    old = serializers.CharField()
    new = serializers.CharField()
    n_pairs = serializers.IntegerField(help_text="Labelled pairs of held-out queries that both graded.")
    n_queries = serializers.IntegerField()
    n_queries_left_out = serializers.IntegerField(help_text="They taught one of the two.")
    verdict = serializers.ChoiceField(choices=["better", "worse", "tie", "undefined"])
    sentence = serializers.CharField()
    figures = serializers.DictField(child=BothSerializer())


class PreviewRequestSerializer(StrictSerializer):
    """What is to be found out."""

    new = serializers.CharField(help_text="The version that would rate, as NAME@NUMBER.")
    old = serializers.CharField(help_text="The version that rated, as NAME@NUMBER.")
    campaigns = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        max_length=MAX_CAMPAIGNS,
        help_text=f"Finished ones that `old` rated; else the {MAX_CAMPAIGNS} newest.",
    )
    pairs = serializers.IntegerField(
        default=N_PAIRS, min_value=2, max_value=MAX_PAIRS, help_text="To sample, over all campaigns."
    )
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1, help_text="Of the sample.")
    budget_usd = serializers.DecimalField(
        max_digits=12, decimal_places=4, min_value=0, required=False, help_text="What rating may cost."
    )


class EndsSerializer(serializers.Serializer[Any]):
    """A value with its 95% interval."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class PreviewedScoreSerializer(serializers.Serializer[Any]):
    """A score as it is, and as estimated."""

    system = serializers.CharField()
    now = EndsSerializer()
    then = EndsSerializer(help_text="Its interval is over queries and over the pairs that were not seen.")
    sampling_error = serializers.FloatField(
        allow_null=True, help_text="Standard error of not seeing all pairs."
    )


class PreviewedComparisonSerializer(PreviewedScoreSerializer):
    """A difference, its verdicts, and what becomes of them."""

    baseline = serializers.CharField()
    verdict_now = serializers.CharField()
    verdict_then = serializers.CharField()
    outlook = serializers.CharField(help_text="stays, may flip, would flip, or undefined.")


class PreviewedGateSerializer(serializers.Serializer[Any]):
    """A gate's outcomes."""

    now = serializers.CharField()
    then = serializers.CharField()
    outlook = serializers.CharField()


class StratumSerializer(serializers.Serializer[Any]):
    """The pairs of one grade by the old version."""

    grade = serializers.IntegerField(allow_null=True, help_text="null: unrated.")
    n_pairs = serializers.IntegerField()
    n_sampled = serializers.IntegerField()
    n_changed = serializers.IntegerField(allow_null=True)
    n_unrated = serializers.IntegerField(allow_null=True)
    mean_change = serializers.FloatField(allow_null=True, help_text="Of the gain.")


class PreviewedCampaignSerializer(serializers.Serializer[Any]):
    """What becomes of a campaign."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    measure = serializers.CharField()
    gate = PreviewedGateSerializer(allow_null=True)
    systems = PreviewedScoreSerializer(many=True)
    comparisons = PreviewedComparisonSerializer(many=True)
    strata = StratumSerializer(many=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """A preview, how far it is and what it found: `evalhub.selectors.loop.previews.PreviewState`."""

    id = serializers.IntegerField()
    old = serializers.CharField()
    new = serializers.CharField()
    n_pairs = serializers.IntegerField()
    n_sampled = serializers.IntegerField()
    seed = serializers.IntegerField()
    budget_usd = serializers.FloatField(allow_null=True)
    spent_usd = serializers.FloatField()
    jobs = JobSerializer(many=True)
    error = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField(allow_blank=True, help_text="Empty until it is done.")
    campaigns = PreviewedCampaignSerializer(many=True)
