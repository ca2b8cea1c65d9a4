"""Try-outs of raters as the API takes and shows them: `evalhub.selectors.inputs.probes.ProbeState`."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import Judgment
from evalhub.services.probes import MAX_QUERY_CHARACTERS, MAX_TEXT_CHARACTERS


class ProbeRequestSerializer(StrictSerializer):
    """A pair to be graded."""

    query = serializers.CharField(max_length=MAX_QUERY_CHARACTERS, trim_whitespace=False)
    text = serializers.CharField(
        max_length=MAX_TEXT_CHARACTERS, trim_whitespace=False, allow_blank=True, default=""
    )
    title = serializers.CharField(
        max_length=MAX_TEXT_CHARACTERS, trim_whitespace=False, allow_blank=True, default=""
    )
    need = serializers.CharField(
        max_length=MAX_QUERY_CHARACTERS,
        trim_whitespace=False,
        allow_blank=True,
        default="",
        help_text="What the person behind the query wants.",
    )


class OutcomeSerializer(serializers.ModelSerializer[Judgment]):
    """What the rater said: a grade, or the reason why there is none."""

    cost_usd = serializers.FloatField()
    probabilities = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="One per grade of the rubric, from 0."
    )

    class Meta:
        model = Judgment
        fields = [
            "state",
            "grade",
            "gain",
            "probabilities",
            "rationale",
            "reply",
            "reason",
            "detail",
            "input_tokens",
            "output_tokens",
            "truncated_tokens",
            "cost_usd",
            "latency_s",
        ]


class ProbeSerializer(serializers.Serializer[Any]):
    """A try-out and, as soon as it is there, its outcome."""

    id = serializers.IntegerField()
    rater = serializers.CharField()
    version = serializers.IntegerField()
    query = serializers.CharField()
    need = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    job = JobSerializer()
    outcome = OutcomeSerializer(allow_null=True)
