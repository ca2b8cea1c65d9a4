"""Judgments: what raters said, here or elsewhere."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.pages import PageSerializer
from evalhub.api.serializers.results import NUMBER
from evalhub.api.serializers.strict import NameField
from evalhub.api.serializers.uploads import NAME_OR_ID, TableSerializer
from evalhub.models import Judgment


class JudgmentFilterSerializer(PageSerializer):
    """Which judgments."""

    rater = serializers.CharField(required=False, help_text="NAME for the newest version, or NAME@NUMBER.")
    collection = serializers.CharField(
        required=False, help_text=f"On its queries, with their ids. {NAME_OR_ID}"
    )
    corpus = serializers.CharField(
        required=False, help_text=f"Gives the ids that the documents have in it. {NAME_OR_ID}"
    )


class JudgmentSerializer(serializers.Serializer[Any]):
    """What a rater version said of a pair of texts; equal texts under several ids are one."""

    id = serializers.IntegerField()
    rater = serializers.CharField(help_text="NAME@NUMBER")
    query_ids = serializers.ListField(child=serializers.CharField(), help_text="In the collection asked for.")
    doc_ids = serializers.ListField(child=serializers.CharField(), help_text="In the corpus asked for.")
    query_digest = serializers.CharField()
    document_digest = serializers.CharField()
    repeat = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Judgment.State.choices)
    grade = serializers.IntegerField(allow_null=True)
    gain = serializers.FloatField(**NUMBER)
    max_grade = serializers.IntegerField()
    probabilities = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Of the grades 0..max_grade."
    )
    rationale = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="Why unrated.")
    cost_usd = serializers.FloatField()
    rated_at = serializers.DateTimeField(allow_null=True)


class ImportSerializer(TableSerializer):
    """A file of grades that were given elsewhere."""

    collection = serializers.CharField(help_text=f"Whose queries the file names. {NAME_OR_ID}")
    corpus = serializers.CharField(
        required=False, help_text="Whose documents it names, by its name; needed where it is not clear."
    )
    max_grade = serializers.IntegerField(
        required=False, default=3, min_value=1, max_value=9, help_text="G of the scale 0..G; else 3."
    )
    clip = serializers.BooleanField(
        required=False, default=False, help_text="Count grades above the scale as its best one."
    )


class JudgmentsSerializer(ImportSerializer):
    """The grades of one rater."""

    rater = NameField(help_text="What reports and campaigns call it.")


class _Names(serializers.CharField):
    """Names with commas between."""

    def to_internal_value(self, data: Any) -> Any:
        """The names as a list."""
        return [name for part in super().to_internal_value(data).split(",") if (name := part.strip())]


class JudgmentTableSerializer(ImportSerializer):
    """A table with a column of grades for each rater."""

    columns = _Names(required=False, help_text="Raters, with commas between; else all that are nothing else.")
    people = _Names(required=False, help_text="Columns that hold what one person said each.")
    gold = serializers.CharField(required=False, help_text="The column to make the gold labels.")


class GradeImportSerializer(serializers.Serializer[Any]):
    """A rater version whose grades are there now."""

    rater = serializers.CharField(help_text="NAME@NUMBER")
    is_new = serializers.BooleanField(help_text="false: the same grades were there already.")
    n_rows = serializers.IntegerField(help_text="Grades in the file.")
    n_pairs = serializers.IntegerField(help_text="Judgments: pairs of texts.")
    n_clipped = serializers.IntegerField(help_text="Grades above the scale, counted as its best.")
    n_merged = serializers.IntegerField(help_text="Grades of ids whose text another graded id has too.")
    n_conflicts = serializers.IntegerField(help_text="Of these, with different grades: the highest counts.")


class PersonImportSerializer(serializers.Serializer[Any]):
    """What a person said, kept grade by grade."""

    name = serializers.CharField()
    n_grades = serializers.IntegerField()
    n_new = serializers.IntegerField()
    n_withdrawn = serializers.IntegerField(help_text="Earlier imports that said otherwise.")


class TableImportSerializer(serializers.Serializer[Any]):
    """What became of the columns of a table."""

    raters = GradeImportSerializer(many=True)
    people = PersonImportSerializer(many=True)
    n_gold = serializers.IntegerField(allow_null=True, help_text="Gold labels, where a column was named.")
