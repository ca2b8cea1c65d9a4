"""The search box as the API takes and shows it."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import Judgment, Search
from evalhub.selectors.query_view.hits import SCANNED_CHARACTERS, SHOWN_CHARACTERS
from evalhub.selectors.search_box.labels import GRADES
from evalhub.services.searches import MOST_CHARACTERS, MOST_DEPTH

MAX_NUMBER = 2**31 - 1
OFFERED = ", ".join(f"{grade} {name}" for grade, name in GRADES.items())


class SearchSystemsFilterSerializer(StrictSerializer):
    """Over which snapshot."""

    snapshot = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_NUMBER, help_text="By its number; the latest by itself."
    )


class SearchSystemSerializer(serializers.Serializer[Any]):
    """A system that searches an index."""

    id = serializers.IntegerField(source="system.pk")
    name = serializers.CharField(source="system.name")
    described = serializers.CharField(help_text="Model, kind of index, dimensions, data type.")
    is_built = serializers.BooleanField(help_text="Whether its index over the snapshot is there.")


class SearchSystemsSerializer(serializers.Serializer[Any]):
    """Which systems can search a snapshot."""

    snapshot = serializers.IntegerField(help_text="Its number.")
    results = SearchSystemSerializer(many=True)


class AskSerializer(StrictSerializer):
    """A text for one system."""

    text = serializers.CharField(max_length=MOST_CHARACTERS)
    corpus = serializers.CharField(help_text="Name or id.")
    snapshot = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_NUMBER, help_text="By its number; the latest by itself."
    )
    system = serializers.CharField(help_text="Name or id; of several with this name the newest.")
    depth = serializers.IntegerField(min_value=1, max_value=MOST_DEPTH, default=10)


class SearchSerializer(serializers.ModelSerializer[Search]):
    """What was asked of a system, and how far it is."""

    corpus = serializers.CharField(source="snapshot.corpus.name")
    corpus_id = serializers.IntegerField(source="snapshot.corpus_id")
    snapshot = serializers.IntegerField(source="snapshot.number")
    system = serializers.CharField(source="system.name")

    class Meta:
        model = Search
        fields = [
            *("id", "text", "corpus", "corpus_id", "snapshot", "system", "system_id", "depth", "state"),
            *("is_loading", "asked_at", "finished_at", "load_s", "query_ms", "error"),
        ]


class SaidOfHitSerializer(serializers.Serializer[Any]):
    """What a rater said of this pair of texts before."""

    rater = serializers.CharField(source="rater.name")
    state = serializers.ChoiceField(choices=Judgment.State.choices, source="judgment.state")
    grade = serializers.IntegerField(source="judgment.grade", allow_null=True)
    gain = serializers.FloatField(source="judgment.gain", allow_null=True)
    reason = serializers.CharField(source="judgment.reason", allow_blank=True)
    rationale = serializers.CharField(
        source="judgment.rationale_start",
        allow_blank=True,
        help_text=f"Its first {SHOWN_CHARACTERS} characters.",
    )


class HitLabelSerializer(serializers.Serializer[Any]):
    """What a person said of the pair in a search."""

    grade = serializers.IntegerField()
    by = serializers.CharField(source="graded_by.username", default=None, allow_null=True)
    at = serializers.DateTimeField(source="graded_at", allow_null=True)


class ElsewhereSerializer(serializers.Serializer[Any]):
    """The same document in the list beside."""

    system = serializers.CharField()
    rank = serializers.IntegerField()


class SearchHitSerializer(serializers.Serializer[Any]):
    """A document that was found."""

    rank = serializers.IntegerField(source="listed.hit.rank")
    score = serializers.FloatField(source="listed.hit.score")
    doc_id = serializers.CharField(source="listed.hit.doc_id")
    document = serializers.IntegerField(source="listed.hit.document_id", help_text="Its id in the corpus.")
    title = serializers.CharField(source="listed.hit.title", allow_blank=True)
    text = serializers.CharField(
        source="listed.hit.text", allow_blank=True, help_text=f"Its first {SCANNED_CHARACTERS} characters."
    )
    n_characters = serializers.IntegerField(source="listed.hit.n_characters", help_text="Of the whole text.")
    grades = SaidOfHitSerializer(source="listed.grades", many=True)
    # The metaclass takes declared fields out of the class, so that nothing is hidden by them.
    label = HitLabelSerializer(allow_null=True)  # type: ignore[assignment]
    elsewhere = ElsewhereSerializer(source="listed.elsewhere", many=True)


class SearchListSerializer(serializers.Serializer[Any]):
    """A system's answer, or how far it is."""

    search = SearchSerializer()
    is_open = serializers.BooleanField(help_text="Whether it may change by itself: look again.")
    is_late = serializers.BooleanField(help_text="Whether no worker has taken it for a while.")
    hits = SearchHitSerializer(many=True)


class BesideSerializer(serializers.Serializer[Any]):
    """One text asked of two systems, side by side."""

    results = SearchListSerializer(source="lists", many=True)


class HitGradeSerializer(StrictSerializer):
    """A grade of a document that a search found."""

    doc_id = serializers.CharField(max_length=500, trim_whitespace=False)
    grade = serializers.IntegerField(help_text=f"One of: {OFFERED}.")
    seen = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="The grade that was there when you looked, null for none: refused (409) where somebody "
        "gave another meanwhile. Without it yours replaces whatever is there.",
    )


class HitNamedSerializer(StrictSerializer):
    """A document that a search found."""

    doc_id = serializers.CharField(max_length=500, trim_whitespace=False)


class HitGradedSerializer(serializers.Serializer[Any]):
    """How a pair stands now, and before."""

    doc_id = serializers.CharField()
    grade = serializers.IntegerField(allow_null=True)
    before = serializers.IntegerField(allow_null=True)
    collection = serializers.CharField(help_text="The query collection that holds these labels.")
