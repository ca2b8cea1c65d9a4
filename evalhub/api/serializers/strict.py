"""Input that knows its fields."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from evalhub.api.serializers.json_types import type_faults
from evalhub.core.suggest import did_you_mean

MAX_NAME_CHARS = 100


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, suggesting the one that was meant, and JSON of another type."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names of the fields and their types before their values.

        Raises:
            ValidationError: one of them is unknown or not acceptable.
        """
        given: Mapping[Any, Any] = data if isinstance(data, Mapping) else {}
        unknown = {
            str(key): f"unknown field; {did_you_mean(str(key), self.fields).strip() or self._known()}"
            for key in given
            if key not in self.fields
        }
        if unknown:
            raise serializers.ValidationError(unknown)
        if not isinstance(given, QueryDict):  # addresses and forms hold nothing but texts
            fields = {key: self.fields[key] for key in given}
            faults = {key: fault for key in given if (fault := type_faults(fields[key], given[key]))}
            if faults:
                raise serializers.ValidationError(faults)
        return super().to_internal_value(data)

    def _known(self) -> str:
        return f"known: {', '.join(self.fields)}."


class NameField(serializers.CharField):
    """A name as a spec can give it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_NAME_CHARS, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        """Refuse what could not be told apart on a screen.

        Raises:
            ValidationError: blanks around the name, or control characters in it.
        """
        name: str = super().to_internal_value(data)
        if name != name.strip() or not name.isprintable():
            raise serializers.ValidationError(
                "blanks around the name or control characters in it; remove them"
            )
        return name


class NamedSerializer(StrictSerializer):
    """Something new, by its name."""

    name = NameField(help_text="Unique among its kind.")
