"""Rater versions in full and what is different between two, as `evalhub.selectors.rater_diff` gives them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.rater_report import ReportRaterSerializer
from evalhub.api.serializers.strict import StrictSerializer


class VersionFilterSerializer(StrictSerializer):
    """Which version."""

    version = serializers.IntegerField(
        required=False, min_value=1, help_text="The rater's version by its number; else the newest."
    )


class DiffFilterSerializer(VersionFilterSerializer):
    """Which two versions."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields; one is named by a word of Python."""
        text = "What to tell the difference from: NAME or NAME@NUMBER, such as judge@1."
        return {**super().get_fields(), "with": serializers.CharField(help_text=text)}


class GradeSerializer(serializers.Serializer[Any]):
    """A step of a scale."""

    value = serializers.IntegerField()
    name = serializers.CharField()
    meaning = serializers.CharField()


class RubricSerializer(serializers.Serializer[Any]):
    """A scale."""

    name = serializers.CharField()
    grades = GradeSerializer(many=True)


class ExampleSerializer(serializers.Serializer[Any]):
    """A graded pair that the prompt shows."""

    query = serializers.CharField()
    need = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    grade = serializers.IntegerField()


class RaterDetailsSerializer(ReportRaterSerializer):
    """Everything that makes a rater version."""

    created_at = serializers.DateTimeField()
    n_judgments = serializers.IntegerField()
    rubric = RubricSerializer()
    prompt = serializers.CharField(help_text="The whole text of the prompt file.")
    examples = ExampleSerializer(many=True)
    members = serializers.DictField(
        child=serializers.CharField(), help_text="Of a panel: the members' versions by name, such as judge@1."
    )
    n_training_queries = serializers.IntegerField(help_text="Queries on which it is not measured.")
    settings = serializers.DictField(help_text="All else that is set, by name.")


class ChangedFieldSerializer(serializers.Serializer[Any]):
    """A field that is different; null where a version does not have it."""

    field = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)
    makes_version = serializers.BooleanField(help_text="Whether grades can depend on it.")


class RaterDiffSerializer(serializers.Serializer[Any]):
    """What is different in `new`."""

    old = ReportRaterSerializer()
    new = ReportRaterSerializer()
    is_same_version = serializers.BooleanField()
    changes = ChangedFieldSerializer(many=True)
    prompt = serializers.CharField(allow_blank=True, help_text="A unified diff; empty for equal prompts.")
