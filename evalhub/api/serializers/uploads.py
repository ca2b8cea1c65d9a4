"""What is said with an uploaded file: as fields of the form, or as parameters of the address."""

from rest_framework import serializers

from evalhub.api.serializers.strict import NameField, StrictSerializer
from evalhub.core.consensus import RULES

MAX_NUMBER = 2**31 - 1
NAME_OR_ID = "Its name, or its id where none has that name."


class UploadSerializer(StrictSerializer):
    """Any file."""

    file_name = serializers.CharField(
        required=False,
        max_length=500,
        help_text="What errors call the file; its ending may tell the format. Forms name their file anyway.",
    )


class TableSerializer(UploadSerializer):
    """A file whose columns may have names of their own."""

    column = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="FIELD=NAME: which column of the file is which field, such as doc_id=sku; repeatable.",
    )

    def validate_column(self, value: list[str]) -> dict[str, str]:
        """Turn FIELD=NAME pairs into a mapping.

        Raises:
            ValidationError: one is no such pair.
        """
        pairs = [pair.partition("=") for pair in value]
        if not all(field and name for field, _, name in pairs):
            raise serializers.ValidationError("not FIELD=NAME; write for example column=doc_id=sku")
        return {field: name for field, _, name in pairs}


class StatesSerializer(UploadSerializer):
    """A file that is checked against documents and queries."""

    snapshot = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_NUMBER, help_text="Of the corpus; else the newest."
    )
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_NUMBER, help_text="Of the queries; else the newest."
    )


class GoldSerializer(TableSerializer, StatesSerializer):
    """A file of grades."""

    collection = serializers.CharField(help_text=f"The query collection. {NAME_OR_ID}")
    corpus = serializers.CharField(
        required=False, help_text=f"Where given, it must hold every document of the file. {NAME_OR_ID}"
    )
    consensus = serializers.ChoiceField(
        choices=RULES,
        required=False,
        default="median",
        help_text="What becomes gold where several people graded a pair: the lower middle, the commonest, or "
        "nothing unless all agree.",
    )
    overrule = serializers.BooleanField(
        required=False, default=False, help_text="Let the file replace grades that were given in review."
    )


class RunSerializer(StatesSerializer):
    """A file of ranked lists."""

    name = NameField(help_text="What results call the system.")
    corpus = serializers.CharField(help_text=f"What was searched. {NAME_OR_ID}")
    collection = serializers.CharField(help_text=f"The query collection. {NAME_OR_ID}")
