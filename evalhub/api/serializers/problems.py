"""Problem details, for the schema; `evalhub.api.problems` writes them."""

from typing import Any

from rest_framework import serializers


class FaultSerializer(serializers.Serializer[Any]):
    """One thing that is wrong with a file or a request."""

    file = serializers.CharField(help_text="The name the file was sent under, or request.")
    line = serializers.IntegerField(allow_null=True, help_text="Counted from 1; rows in Parquet.")
    field = serializers.CharField(allow_null=True, help_text="A column, or a path as systems[0].index.dtype.")
    problem = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField(help_text="about:blank where the status says it all.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    # The metaclass takes declared fields out of the class, so that nothing is hidden by them.
    errors = FaultSerializer(many=True)  # type: ignore[assignment]
