"""JSON Lines: one object in each line."""

import json
import math
import re
from collections.abc import Iterable, Iterator

from evalhub.formats.errors import InputError, Place
from evalhub.formats.lines import Line
from evalhub.formats.record import Record

# Only these escapes can put a NUL or half a surrogate pair into text that was valid UTF-8.
_RISKY_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"the number {number} is too large")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object (json's `object_pairs_hook`); of two values under one key neither is to be dropped.

    Raises:
        ValueError: a key comes twice.
    """
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            raise ValueError(f'the key "{name:.40}" comes twice in one object')
        fields[name] = value
    return fields


_DECODER = json.JSONDecoder(
    parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=each_key_once
)


def json_records(lines: Iterable[Line], file: str) -> Iterator[Record]:
    """Read an object from every line that is not blank.

    Raises:
        InputError: broken JSON, something else than an object, or text that cannot be stored.
    """
    for number, text in lines:
        if not text or text.isspace():
            continue
        place = Place(file, number)
        fields = _object(text, place)
        if _RISKY_ESCAPE.search(text):
            _refuse_unstorable(fields, place)
        yield Record(place, fields)


def _object(text: str, place: Place) -> dict[str, object]:
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _broken(place, f"{error.msg} at character {error.pos + 1}", text) from error
    except RecursionError as error:
        raise _broken(place, "nested too deeply", text) from error
    except ValueError as error:
        raise _broken(place, str(error), text) from error
    if not isinstance(value, dict):
        raise _broken(place, "not an object", text)
    return value


def _broken(place: Place, reason: str, text: str) -> InputError:
    remedy = "Write one JSON object in each line."
    if text.lstrip().startswith("["):
        remedy += " An array is converted by: jq -c '.[]' IN > OUT."
    return place.error(None, f"not a JSON object ({reason})", remedy)


def _refuse_unstorable(fields: dict[str, object], place: Place) -> None:
    for name, value in fields.items():
        for text in (name, *_strings(value)):
            if "\0" in text:
                raise place.error(name, r"a NUL character (\u0000)", "Remove it.")
            if half := _SURROGATE.search(text):
                raise place.error(
                    name,
                    rf"half a surrogate pair (\u{ord(half[0]):04x}), which is no character",
                    "Remove it, or write the whole pair.",
                )


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
