"""The pairs in a cell of a confusion matrix, as the API shows them."""

from typing import Any

from rest_framework import serializers

from evalhub.api.serializers.agreement import GRADER, AgreementFilterSerializer
from evalhub.selectors.agreement.cells import SHOWN_CHARACTERS

START = f"Its first {SHOWN_CHARACTERS} characters."


class CellFilterSerializer(AgreementFilterSerializer):
    """Which two graders, and which cell of their matrix."""

    first = serializers.CharField(help_text=GRADER)
    cell = serializers.RegexField(
        r"^\d{1,3},\d{1,3}$", help_text="A grade of the first and one of the second: 0,2."
    )
    cursor = serializers.CharField(required=False)


class CellPairSerializer(serializers.Serializer[Any]):
    """A pair of texts."""

    query_id = serializers.CharField(source="query.query_id")
    query = serializers.CharField(source="query.shown", help_text=START)
    doc_id = serializers.CharField(source="document.doc_id")
    document = serializers.IntegerField(source="document.pk", help_text="Its id in the corpus.")
    title = serializers.CharField(source="document.shown_title", allow_blank=True, help_text=START)
    text = serializers.CharField(source="document.shown", allow_blank=True, help_text=START)


class CellSerializer(serializers.Serializer[Any]):
    """A page of a cell."""

    n_kept = serializers.IntegerField(help_text="Pairs of the cell, at most 500.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True, help_text="Always null: these pages go forward only.")
    results = CellPairSerializer(many=True)
