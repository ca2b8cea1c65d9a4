"""Input that knows its fields."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from evalhub.api.serializers.json_types import type_faults
from evalhub.core.suggest import did_you_mean

MAX_NAME_CHARS = 100
EMPTY = "empty; give a value or leave it out"


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, suggesting the one that was meant, and JSON of another type."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names of the fields and their types before their values.

        Raises:
            ValidationError: one of them is unknown or not acceptable.
        """
        given: Mapping[Any, Any] = data if isinstance(data, Mapping) else {}
        faults = self._unknown(given) or self._mistyped(given)
        if faults:
            raise serializers.ValidationError(faults)
        return super().to_internal_value(data)

    def _unknown(self, given: Mapping[Any, Any]) -> dict[str, str]:
        return {
            str(key): f"unknown field; {did_you_mean(str(key), self.fields).strip() or self._known()}"
            for key in given
            if key not in self.fields
        }

    def _mistyped(self, given: Mapping[Any, Any]) -> dict[str, Any]:
        """Fields of a wrong type; the framework would pass over an empty one of a form or an address."""
        if isinstance(given, QueryDict):
            may_be = {name for name, field in self.fields.items() if getattr(field, "allow_blank", False)}
            return {key: EMPTY for key in given if given[key] == "" and key not in may_be}
        return {key: fault for key in given if (fault := type_faults(self.fields[key], given[key]))}

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
