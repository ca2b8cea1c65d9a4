"""Serializers that only write, each made once.

To make one copies all of its fields, which takes longer than to write one row with it.
"""

from typing import Any

from rest_framework.serializers import BaseSerializer

_MADE: dict[tuple[type, bool], BaseSerializer[Any]] = {}


def writer(serializer: type[BaseSerializer[Any]], *, many: bool = False) -> BaseSerializer[Any]:
    """A serializer without an instance, for its `to_representation`; threads may share it."""
    made = _MADE.get((serializer, many))
    if made is None:
        made = _MADE[serializer, many] = serializer(many=many)
    return made
