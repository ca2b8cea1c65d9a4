"""JSON has types, and the description names them: a number is no text, and "true" is no boolean.

The framework's fields take whatever can be read as what they want, since forms hold nothing but texts.
"""

from typing import Any

from rest_framework import serializers

# The first that fits counts.
WANTED: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], type | tuple[type, ...]], ...] = (
    (serializers.BooleanField, bool),
    (serializers.IntegerField, (int, float)),  # 5.0 is a whole number, and the field refuses 5.5
    (serializers.FloatField, (int, float)),
    (serializers.ChoiceField, str),
    (serializers.CharField, str),
)


def type_faults(field: Any, value: Any) -> Any:
    """What is of a wrong type in parsed JSON, in the shape of the framework's errors; None if nothing.

    null is the field's own affair, and so are lists and objects in the place of each other.
    """
    if value is None:
        return None
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        return _within(field, enumerate(value))
    if isinstance(field, serializers.DictField) and isinstance(value, dict):
        return _within(field, value.items())
    wanted = next((types for kind, types in WANTED if isinstance(field, kind)), None)
    if wanted is None or (isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))):
        return None
    return [_message(field, value)]


def _within(field: Any, items: Any) -> Any:
    return {key: fault for key, item in items if (fault := type_faults(field.child, item))} or None


def _message(field: Any, value: Any) -> str:
    """What the field itself says of a value it cannot read."""
    messages: dict[str, str] = field.error_messages
    said = messages.get("invalid") or messages["invalid_choice"]
    return str(said).format(input=value)
