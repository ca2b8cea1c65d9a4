"""Reading the values of fields: ids, texts, whole numbers, metadata."""

import re

from evalhub.formats.errors import InputError, Place

MAX_ID_CHARS = 500
MAX_GRADE = 1000

_INTEGRAL = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def kind_of(value: object) -> str:
    """Name the JSON type of a value for a reader of errors."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


def id_of(value: object, field: str, place: Place, *, unique: bool = False) -> str:
    """Read an identifier; whole numbers become text (1 is "1").

    Args:
        unique: what the remedy asks for; uniqueness itself is the caller's to check.

    Raises:
        InputError: missing, empty, of another type, too long, or with blanks around it.
    """
    if value is None:
        raise place.error(field, "missing", _id_remedy(field, unique))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise place.error(field, f"{kind_of(value)} ({value!r:.40}), not text", "Write the id in quotes.")
    if not value.strip():
        raise place.error(field, "empty", _id_remedy(field, unique))
    if value != value.strip() or _CONTROL.search(value):
        raise place.error(
            field, f"blanks around the id or control characters in it ({value!r:.40})", "Remove them."
        )
    if len(value) > MAX_ID_CHARS:
        raise place.error(field, f"an id of {len(value):,} characters", f"Keep to {MAX_ID_CHARS}.")
    return value


def duplicate_id(place: Place, field: str, value: str, first_line: int) -> InputError:
    """Make the error for an id that came before."""
    return place.error(field, f'"{value}" is already on line {first_line}', _id_remedy(field, unique=True))


def _id_remedy(field: str, unique: bool) -> str:
    return f'Give every line a {"unique " if unique else ""}"{field}".'


def text_of(value: object, field: str, place: Place) -> str:
    """Read a text; null is "".

    Raises:
        InputError: of another type.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise place.error(field, f"{kind_of(value)}, not text", "Write it in quotes, as one text.")
    return value


def whole_number_of(value: object, field: str, place: Place) -> int:
    """Read a whole number, also as text or as 2.0.

    Raises:
        InputError: missing or not a whole number.
    """
    if value is None:
        raise place.error(field, "missing", "Give every line a whole number here.")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGRAL.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    raise place.error(field, f"not a whole number ({value!r:.40})", "Use whole numbers such as 0, 1, 2, 3.")


def grade_of(value: object, field: str, place: Place) -> int:
    """Read a grade of 0 to 1,000.

    Raises:
        InputError: not a whole number, or outside.
    """
    grade = whole_number_of(value, field, place)
    if grade < 0:
        raise place.error(
            field,
            f"a negative grade ({grade})",
            "Leave out pairs without a grade, or shift the scale so that the worst grade is 0.",
        )
    if grade > MAX_GRADE:
        raise place.error(field, f"a grade above {MAX_GRADE:,} ({grade})", "Use a scale such as 0 to 3.")
    return grade


def metadata_of(value: object, field: str, place: Place) -> dict[str, object]:
    """Read metadata: an object, or nothing; a table's cell is kept as the text it is.

    Raises:
        InputError: anything else.
    """
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        return {field: value}
    if not isinstance(value, dict):
        raise place.error(
            field,
            f"{kind_of(value)}, not an object",
            'Write an object such as {"source": "manual"}, or leave it out.',
        )
    return value
