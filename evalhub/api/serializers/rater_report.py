"""How far a rater can be believed, as `evalhub.selectors.rater_report` gives it."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.results import NUMBER
from evalhub.api.serializers.strict import StrictSerializer

PAIRS = r"^[0-9]{1,3}:[0-9]{1,3}(,[0-9]{1,3}:[0-9]{1,3})*$"


class RaterReportFilterSerializer(StrictSerializer):
    """What a rater is held against."""

    collection = serializers.CharField(help_text="Whose queries and gold labels: a name or an id.")
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="The rater's version by its number; else the newest."
    )
    against = serializers.CharField(
        required=False, default="gold", help_text="gold, or another rater: NAME or NAME@NUMBER."
    )
    compare = serializers.CharField(
        required=False, help_text="Another rater, for paired differences on the pairs that both graded."
    )
    corpus = serializers.CharField(
        required=False, help_text="Whose documents the labels grade; needed where it is not clear."
    )
    gold_max = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text="G of the gold scale; else the highest label."
    )
    thresholds = serializers.RegexField(
        PAIRS, required=False, help_text="Where scales differ: rater:gold, such as 2:1, with commas between."
    )
    seed = serializers.IntegerField(required=False, min_value=0, help_text="Of the bootstrap.")


class EstimateSerializer(serializers.Serializer[Any]):
    """A figure with its 95% interval over queries."""

    value = serializers.FloatField(**NUMBER)
    low = serializers.FloatField(**NUMBER)
    high = serializers.FloatField(**NUMBER)
    n_pairs = serializers.IntegerField(help_text="Pairs it counts; of systems for a rank correlation.")
    n_queries = serializers.IntegerField()


class ReportRaterSerializer(serializers.Serializer[Any]):
    """Which rater version."""

    name = serializers.CharField()
    number = serializers.IntegerField(allow_null=True, help_text="null for a person.")
    kind = serializers.CharField(help_text="Of the rater, or person.")
    model = serializers.CharField(allow_blank=True)
    version = serializers.CharField(help_text="Its digest.")
    max_grade = serializers.IntegerField()


class ReportCorpusSerializer(serializers.Serializer[Any]):
    """Whose texts the labels grade."""

    name = serializers.CharField()
    snapshot = serializers.IntegerField()


class ReferenceSerializer(serializers.Serializer[Any]):
    """What the rater was held against."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["gold", "rater", "person"])
    rater = ReportRaterSerializer(allow_null=True)
    corpus = ReportCorpusSerializer(allow_null=True)
    max_grade = serializers.IntegerField()


class ReportQueriesSerializer(serializers.Serializer[Any]):
    """Whose queries."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    gold_version = serializers.IntegerField()


class MethodSerializer(serializers.Serializer[Any]):
    """How the intervals and calibration errors were made."""

    interval = serializers.CharField()
    n_resamples = serializers.IntegerField()
    seed = serializers.IntegerField()
    ece_bins = serializers.IntegerField(help_text="Of equal width over [0, 1].")


class ScalesSerializer(serializers.Serializer[Any]):
    """G of both scales, and which figures that allows."""

    rater = serializers.IntegerField()
    reference = serializers.IntegerField()
    note = serializers.CharField()


class ExcludedSerializer(serializers.Serializer[Any]):
    """What taught a rater and is left out of every figure."""

    queries = serializers.IntegerField()
    pairs = serializers.IntegerField()


class CoverageSerializer(serializers.Serializer[Any]):
    """What became of the pairs that the reference graded."""

    reference_pairs = serializers.IntegerField()
    rated = serializers.IntegerField()
    unrated = serializers.IntegerField()
    unrated_reasons = serializers.DictField(child=serializers.IntegerField())
    pending = serializers.IntegerField()
    never_asked = serializers.IntegerField()


class CostSerializer(serializers.Serializer[Any]):
    """What the judgments of these pairs took."""

    cost_usd = serializers.FloatField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    latency_s = serializers.FloatField()
    pairs_per_s = serializers.FloatField(allow_null=True, help_text="Judgments over the sum of latencies.")


class ReliabilityPointSerializer(serializers.Serializer[Any]):
    """A bin of a reliability diagram."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    n_pairs = serializers.IntegerField()
    predicted = serializers.FloatField()
    observed = serializers.FloatField()


class SystemMeanSerializer(serializers.Serializer[Any]):
    """A system's means over the queries where both sides are defined."""

    name = serializers.CharField()
    rater = serializers.FloatField(**NUMBER)
    reference = serializers.FloatField(**NUMBER)
    n_queries = serializers.IntegerField()


class OrderCampaignSerializer(serializers.Serializer[Any]):
    """Which campaign."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class SystemOrderSerializer(serializers.Serializer[Any]):
    """The order of a campaign's systems by both sides."""

    campaign = OrderCampaignSerializer()
    measure = serializers.CharField()
    reference_measure = serializers.CharField()
    n_systems = serializers.IntegerField()
    tau = EstimateSerializer(help_text="Kendall's tau-b.")
    systems = SystemMeanSerializer(many=True)


class ComparedSerializer(serializers.Serializer[Any]):
    """Another rater on the pairs that both graded; differences are of the first from the other."""

    rater = ReportRaterSerializer()
    n_pairs = serializers.IntegerField()
    figures = serializers.DictField(child=EstimateSerializer())
    differences = serializers.DictField(child=EstimateSerializer())


class CeilingSerializer(serializers.Serializer[Any]):
    """How well people agree with each other, on the pairs that two or more graded."""

    n_people = serializers.IntegerField()
    max_grade = serializers.IntegerField(help_text="G of the scale that most statements are on.")
    pairwise = EstimateSerializer(help_text="Mean quadratic kappa over all twos of people.")
    against_others = EstimateSerializer(
        help_text="Mean quadratic kappa of one against the median of the others."
    )
    alpha_ordinal = EstimateSerializer(help_text="Krippendorff's alpha of all people.")


class TagFiguresSerializer(serializers.Serializer[Any]):
    """The main figures within a query tag."""

    tag = serializers.CharField()
    n_pairs = serializers.IntegerField()
    n_queries = serializers.IntegerField()
    figures = serializers.DictField(child=EstimateSerializer())


class RaterReportSerializer(serializers.Serializer[Any]):
    """Everything there is to say of a rater; figures that the scales do not allow are not there."""

    rater = ReportRaterSerializer()
    reference = ReferenceSerializer()
    queries = ReportQueriesSerializer()
    method = MethodSerializer()
    scales = ScalesSerializer()
    n_pairs = serializers.IntegerField()
    n_queries = serializers.IntegerField()
    excluded = ExcludedSerializer()
    coverage = CoverageSerializer()
    cost = CostSerializer()
    confusion = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="Rows: the rater's grade; columns: the reference's.",
    )
    figures = serializers.DictField(child=EstimateSerializer(), help_text="By name, such as kappa>=1.")
    baseline = serializers.DictField(
        child=serializers.FloatField(allow_null=True),
        help_text="The same figures of a rater that always gives the reference's commonest grade.",
    )
    tags = TagFiguresSerializer(many=True)
    reliability = serializers.DictField(child=ReliabilityPointSerializer(many=True))
    self_consistency = serializers.DictField(child=EstimateSerializer())
    systems = SystemOrderSerializer(many=True)
    human_ceiling = CeilingSerializer(
        allow_null=True, help_text="null where no pair was graded by two people."
    )
    compared = ComparedSerializer(allow_null=True)
