"""Snapshots, documents, queries and versions, as the API shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.inputs import SnapshotSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.selectors.inputs.documents import SHOWN_CHARACTERS

MAX_NUMBER = 2**31 - 1
LATEST = "By its number; the latest where it is left out."


class SnapshotLineSerializer(SnapshotSerializer):
    """A snapshot with what is different from the one before it."""

    class Meta(SnapshotSerializer.Meta):
        fields = [*SnapshotSerializer.Meta.fields, "n_changed"]


class DocumentVersionSerializer(serializers.Serializer[Any]):
    """A content that the corpus had under a doc_id."""

    id = serializers.IntegerField(source="pk")
    added_in = serializers.IntegerField(help_text="The first snapshot that has it.")
    removed_in = serializers.IntegerField(allow_null=True, help_text="The first that has it no more.")


class DocumentDetailSerializer(DocumentVersionSerializer):
    """A document in full."""

    doc_id = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    metadata = serializers.JSONField()
    versions = DocumentVersionSerializer(many=True, help_text="Of its doc_id, newest first; at most 20.")


class DifferenceFilterSerializer(StrictSerializer):
    """Which two snapshots."""

    cursor = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """The fields; one is named by a word of Python."""
        number: dict[str, Any] = {"required": False, "min_value": 1, "max_value": MAX_NUMBER}
        earlier = "By its number; the one before `to` where it is left out."
        return {
            **super().get_fields(),
            "from": serializers.IntegerField(help_text=earlier, **number),
            "to": serializers.IntegerField(help_text=LATEST, **number),
        }


class SideSerializer(serializers.Serializer[Any]):
    """A document as one of the snapshots has it."""

    id = serializers.IntegerField(source="key")
    title = serializers.CharField(allow_blank=True, help_text=f"Its first {SHOWN_CHARACTERS} characters.")
    text = serializers.CharField(
        source="shown", allow_blank=True, help_text="A part around the first place that differs."
    )
    differs = serializers.CharField(allow_blank=True, help_text="Of that part, what the other has otherwise.")
    start = serializers.IntegerField(help_text="The character of the text with which the part begins.")
    n_characters = serializers.IntegerField(source="size", help_text="Of the whole text.")


class DifferenceSerializer(serializers.Serializer[Any]):
    """A document that one of two snapshots lacks, or that both have with other contents."""

    doc_id = serializers.CharField()
    change = serializers.ChoiceField(choices=["added", "removed", "changed"], source="word")
    old = SideSerializer(allow_null=True)
    new = SideSerializer(allow_null=True)


class DifferencesSerializer(serializers.Serializer[Any]):
    """A page of what is different, by doc_id."""

    old = serializers.IntegerField(help_text="The number of the earlier snapshot.")
    new = serializers.IntegerField(help_text="The number of the later snapshot.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True, help_text="Always null: these pages go forward only.")
    results = DifferenceSerializer(many=True)


class VersionSerializer(serializers.Serializer[Any]):
    """A version of queries, and what came and went with it."""

    number = serializers.IntegerField()
    n_added = serializers.IntegerField()
    n_removed = serializers.IntegerField()


class CountedTagSerializer(serializers.Serializer[Any]):
    """A tag of queries."""

    tag = serializers.CharField()
    n_queries = serializers.IntegerField()


class CountedGradeSerializer(serializers.Serializer[Any]):
    """A grade of gold labels."""

    grade = serializers.IntegerField()
    n_labels = serializers.IntegerField()


class LengthsSerializer(serializers.Serializer[Any]):
    """Characters of query texts."""

    shortest = serializers.IntegerField()
    median = serializers.FloatField()
    longest = serializers.IntegerField()


class CollectionSummarySerializer(serializers.Serializer[Any]):
    """What a query collection holds, and how it came to be."""

    versions = VersionSerializer(many=True, help_text="The newest 20, newest first.")
    grades = CountedGradeSerializer(many=True, help_text="Current gold labels by grade.")
    tags = CountedTagSerializer(many=True, help_text="Of most queries first.")
    lengths = LengthsSerializer(allow_null=True)
    n_read = serializers.IntegerField(help_text="Queries that tags and lengths were read from.")
