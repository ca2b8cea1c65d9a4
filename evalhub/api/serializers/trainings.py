"""Fine-tunings as the API takes and shows them."""

import re
from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.inputs import RaterVersionSerializer
from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.serializers.strict import NamedSerializer
from raters.spec import EVIDENCE
from raters.tuning.settings import KINDS

GRADE = re.compile(r"-?[0-9]{1,4}")


class TrainSerializer(NamedSerializer):
    """What is to be trained."""

    kind = serializers.ChoiceField(choices=KINDS)
    model = serializers.CharField(
        required=False,
        help_text="What it starts from: smollm2, minilm, or a hub's name; a calibrated rater needs none.",
    )
    evidence = serializers.ChoiceField(
        choices=EVIDENCE, required=False, help_text="Of a calibrated rater: what it looks at."
    )
    prompt = serializers.CharField(
        required=False, help_text="A prompt that ships with EvalHub; it says which grades there are."
    )
    max_document_tokens = serializers.IntegerField(
        required=False, min_value=1, max_value=1_000_000, help_text="Documents are cut to this."
    )
    queries = serializers.ListField(
        child=serializers.CharField(), min_length=1, max_length=20, help_text="Whose gold labels."
    )
    corpus = serializers.CharField(
        required=False, help_text="Whose documents the labels grade; needed where it is not clear."
    )
    settings = serializers.DictField(
        child=serializers.FloatField(), required=False, help_text="Hyper-parameters, such as epochs."
    )
    grades = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=100),
        required=False,
        help_text="What a gold grade counts as on the rubric's scale, such as 4: 3.",
    )

    def validate_grades(self, grades: dict[str, int]) -> dict[int, int]:
        """Take the keys for numbers, which JSON can not.

        Raises:
            ValidationError: one of them is none.
        """
        if wrong := [key for key in grades if not GRADE.fullmatch(key)]:
            raise serializers.ValidationError(f"{wrong[0]!r:.20} is not a grade; write for example 4: 3")
        return {int(key): grade for key, grade in grades.items()}


class EpochSerializer(serializers.Serializer[Any]):
    """A point of the loss curve."""

    epoch = serializers.IntegerField()
    train_loss = serializers.FloatField(help_text="Weighted cross-entropy, the mean of the epoch's steps.")
    validation_loss = serializers.FloatField(help_text="Cross-entropy as the rater will give probabilities.")
    validation_kappa = serializers.FloatField(help_text="Quadratic, at the thresholds that suit best.")


class TrainingSourceSerializer(serializers.Serializer[Any]):
    """Whose labels it learns from."""

    queries = serializers.CharField()
    gold_version = serializers.IntegerField()
    corpus = serializers.CharField()
    snapshot = serializers.IntegerField()


class PartSerializer(serializers.Serializer[Any]):
    """What is in a part of the split."""

    queries = serializers.IntegerField()
    pairs = serializers.IntegerField()
    grades = serializers.DictField(child=serializers.IntegerField())


class TrainingSerializer(serializers.Serializer[Any]):
    """A training, how far it is and what came of it: `evalhub.selectors.fine_tunings.FineTuningState`."""

    id = serializers.IntegerField(source="tuning.pk")
    name = serializers.CharField(source="tuning.name")
    kind = serializers.CharField(source="tuning.spec.kind")
    model = serializers.CharField(source="tuning.spec.model")
    settings = serializers.DictField(source="tuning.settings", child=serializers.FloatField())
    sources = TrainingSourceSerializer(many=True)
    parts = serializers.DictField(source="tuning.counts", child=PartSerializer())
    epochs = EpochSerializer(many=True)
    version = RaterVersionSerializer(allow_null=True)
    job = JobSerializer()
    created_at = serializers.DateTimeField(source="tuning.created_at")
