"""Agreement of two graders, or of all graders of a collection, as stored reports hold it."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.rater_report import (
    CeilingSerializer,
    EstimateSerializer,
    RaterReportSerializer,
    ReportCorpusSerializer,
)
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import Job

GRADER = "gold, person:NAME, or a rater: NAME for the newest version, or NAME@NUMBER."


class AgreementFilterSerializer(StrictSerializer):
    """Who is held against whom; all graders of the collection where nobody is named."""

    first = serializers.CharField(required=False, help_text=GRADER)
    second = serializers.CharField(required=False, help_text=f"Held against; else gold. {GRADER}")
    corpus = serializers.CharField(
        required=False, help_text="Whose documents the labels grade, by its name; needed where unclear."
    )
    gold_max = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text="G of the gold scale; else the highest label."
    )

    def validate(self, attrs: Any) -> Any:
        """Refuse a second grader without a first.

        Raises:
            ValidationError: there is one.
        """
        if "second" in attrs and "first" not in attrs:
            raise serializers.ValidationError({"first": "missing; name who is held against the second"})
        return attrs


class NamedGraderSerializer(serializers.Serializer[Any]):
    """A grader."""

    grader = serializers.CharField(help_text="As in `first` and `second`.")
    name = serializers.CharField()


class GraderFiguresSerializer(NamedGraderSerializer):
    """A grader held against gold labels."""

    kind = serializers.CharField(help_text="Of the rater, or person.")
    rater_id = serializers.IntegerField(allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    max_grade = serializers.IntegerField()
    n_pairs = serializers.IntegerField()
    n_reference = serializers.IntegerField(help_text="Pairs with a gold label.")
    n_unrated = serializers.IntegerField()
    figures = serializers.DictField(
        child=EstimateSerializer(), help_text="kappa_quadratic and accuracy only where the scales are equal."
    )


class MatrixSerializer(serializers.Serializer[Any]):
    """Each grader against each, gold labels among them."""

    graders = NamedGraderSerializer(many=True)
    kappa_quadratic = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
        help_text="null where scales differ, or no pair is shared.",
    )
    n_pairs = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class OverviewCollectionSerializer(serializers.Serializer[Any]):
    """Whose queries."""

    name = serializers.CharField()
    version = serializers.IntegerField()


class OverviewGoldSerializer(serializers.Serializer[Any]):
    """Which labels."""

    version = serializers.IntegerField()
    max_grade = serializers.IntegerField(allow_null=True, help_text="null without labels above 0.")


class OverviewSerializer(serializers.Serializer[Any]):
    """All graders of a collection."""

    collection = OverviewCollectionSerializer()
    gold = OverviewGoldSerializer()
    corpus = ReportCorpusSerializer()
    seed = serializers.IntegerField(help_text="Of the intervals.")
    human_ceiling = CeilingSerializer(allow_null=True)
    graders = GraderFiguresSerializer(many=True, help_text="Best first.")
    matrix = MatrixSerializer()


class AgreementSerializer(serializers.Serializer[Any]):
    """A stored report, or how far it is."""

    first = serializers.CharField(allow_blank=True, help_text="Empty for all graders.")
    second = serializers.CharField(allow_blank=True)
    is_current = serializers.BooleanField(help_text="false: something was graded or imported since.")
    job = serializers.IntegerField(allow_null=True, help_text="Computes it; see jobs/{id}.")
    state = serializers.ChoiceField(choices=Job.State.choices)
    computed_at = serializers.DateTimeField(allow_null=True)
    report = RaterReportSerializer(allow_null=True, help_text="Of two graders.")
    overview = OverviewSerializer(allow_null=True, help_text="Of all graders.")
