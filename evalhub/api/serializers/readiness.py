"""How far labels go towards the next version of a rater, as the API shows it."""

from typing import Any

from rest_framework import serializers


class LabelledPartSerializer(serializers.Serializer[Any]):
    """A part of the split of queries."""

    part = serializers.CharField(help_text="train, validation or held-out.")
    queries = serializers.IntegerField(help_text="With labels.")
    pairs = serializers.IntegerField()
    grades = serializers.DictField(child=serializers.IntegerField(), help_text="Pairs by grade.")


class MissingSerializer(serializers.Serializer[Any]):
    """What a part lacks."""

    part = serializers.CharField()
    lacks = serializers.CharField()
    queries = serializers.ListField(
        child=serializers.CharField(), help_text="Texts of queries of that part that nobody has labelled."
    )


class ReadinessSerializer(serializers.Serializer[Any]):
    """How far labels go, and which versions could take this one's place."""

    is_trainable = serializers.BooleanField(help_text="Whether raters of this kind are trained here.")
    is_ready = serializers.BooleanField(help_text="Whether a training can be asked for.")
    n_labels = serializers.IntegerField(help_text="About documents of the corpus's latest snapshot.")
    parts = LabelledPartSerializer(many=True)
    missing = MissingSerializer(many=True, help_text="Empty where it can be trained.")
    candidates = serializers.ListField(
        child=serializers.CharField(), help_text="NAME@NUMBER, newest first: for `candidate` of next."
    )
