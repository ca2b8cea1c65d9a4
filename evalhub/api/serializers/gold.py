"""Gold labels, their versions and conflicts."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.pages import PageSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.api.serializers.uploads import NAME_OR_ID
from evalhub.formats.gold_writer import GOLD_FORMATS
from evalhub.models import GoldLabel
from evalhub.selectors.gold.conflicts import KINDS


class GoldFilterSerializer(PageSerializer):
    """Which gold labels."""

    collection = serializers.CharField(required=False, help_text=f"Of its queries. {NAME_OR_ID}")
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="Of its gold labels; else the current one.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A version is one of a collection's.

        Raises:
            ValidationError: there is no collection to it.
        """
        if "version" in attrs and "collection" not in attrs:
            raise serializers.ValidationError(
                {"version": "no collection is named; versions count per collection"}
            )
        return attrs


class GoldLabelSerializer(serializers.ModelSerializer[GoldLabel]):
    """What people settled on for a pair, as it was over a span of gold versions."""

    collection = serializers.CharField(source="collection.name")
    reviewer = serializers.CharField(
        source="graded_by.username", allow_null=True, default=None, help_text="null: a file brought it."
    )

    class Meta:
        model = GoldLabel
        fields = [
            "id",
            "collection",
            "query_id",
            "doc_id",
            "grade",
            "reviewer",
            "graded_at",
            "selection",
            "inclusion_probability",
            "added_in",
            "removed_in",
        ]


class GoldFileSerializer(StrictSerializer):
    """Which file of gold labels."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    file_format = serializers.ChoiceField(choices=GOLD_FORMATS, required=False, default="jsonl")
    people = serializers.BooleanField(
        required=False, default=False, help_text="What every person says now, as jsonl; no version."
    )


class GoldVersionSerializer(serializers.Serializer[Any]):
    """A version of a collection's gold labels, and what came with it."""

    number = serializers.IntegerField()
    n_added = serializers.IntegerField(help_text="Labels of pairs that had none.")
    n_changed = serializers.IntegerField(help_text="Labels of pairs that had another.")
    n_removed = serializers.IntegerField(help_text="Labels taken away.")
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)
    file = serializers.CharField(source="source", allow_blank=True, help_text="What brought it.")


class GoldVersionsSerializer(serializers.Serializer[Any]):
    """The newest versions, newest first."""

    results = GoldVersionSerializer(many=True)


class ConflictFilterSerializer(StrictSerializer):
    """Which conflicts."""

    corpus = serializers.CharField(
        required=False, help_text="Whose texts are compared, by its name; needed where it is not clear."
    )
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**31 - 1)


class StatedSerializer(serializers.Serializer[Any]):
    """A grade and who gave it; of equal texts the ids of the other pair."""

    grade = serializers.IntegerField()
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class ConflictSerializer(serializers.Serializer[Any]):
    """A pair on which people, its gold label, or equal texts differ."""

    kind = serializers.ChoiceField(choices=list(KINDS.items()))
    query_id = serializers.CharField()
    doc_id = serializers.CharField()
    gold = serializers.IntegerField(allow_null=True)
    said = StatedSerializer(many=True)


class ConflictReportSerializer(serializers.Serializer[Any]):
    """Conflicts of a collection, at most 500 of them; ask for more by offset."""

    n_conflicts = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="By kind.")
    without_texts = serializers.CharField(allow_blank=True, help_text="Why equal texts were not looked for.")
    conflicts = ConflictSerializer(many=True)
