"""Input that knows its fields."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from evalhub.core.suggest import did_you_mean

MAX_NAME_CHARS = 100


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, suggesting the one that was meant."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names of the fields before their values.

        Raises:
            ValidationError: one of them is unknown or not acceptable.
        """
        given = data if isinstance(data, Mapping) else {}
        unknown = {
            str(key): f"unknown field; {did_you_mean(str(key), self.fields).strip() or self._known()}"
            for key in given
            if key not in self.fields
        }
        if unknown:
            raise serializers.ValidationError(unknown)
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
