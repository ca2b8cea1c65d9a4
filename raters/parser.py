"""A reply to a grade or a reason; there is no default grade.

Accepted, in this order, anything else being unparseable:
1. exactly one JSON object with "grade": the whole reply, in a code block, or with words around it;
2. a reply that is nothing but the grade: `2`, `**2**`, `Grade: 2`.
A leading <think>...</think> block is left out first.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from raters.protocol import Reason

_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,9}\s*")
_BARE = re.compile(
    r"[\s*_`\"']*(?:(?:the\s+)?(?:final\s+)?(?:grade|score|rating)\s*(?::|=|\bis\b)[\s*_`\"']*)?"
    r"(?P<grade>[+-]?[0-9]{1,9})[\s*_`\"']*\.?[\s*_`\"']*",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\W*(?:sorry,|i apologi[sz]e|i can(?:no|[’'])t\b|i can not\b|i won[’']?t\b|i will not\b|as an ai\b"
    r"|(?:i[’']?m|i am) (?:sorry|not able|unable))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A grade that was offered."""

    grade: int
    rationale: str


@dataclass(frozen=True, slots=True)
class Unparsed:
    """Why a reply holds no grade."""

    reason: Reason
    detail: str


class _AmbiguousObject(ValueError):
    """A JSON object says the same key twice."""


def parse_reply(reply: str, offered: Collection[int]) -> Parsed | Unparsed:
    """Read the one grade a reply spells out."""
    text = _THINKING.sub("", reply)
    if not text.strip():
        return Unparsed(Reason.EMPTY, "the reply is empty")
    if text.lstrip().lower().startswith("<think>"):
        return Unparsed(Reason.TRUNCATED, "the reply ends while still thinking")
    if "{" in text:
        return _parse_objects(text[text.index("{") :], offered)
    if bare := _BARE.fullmatch(text):
        return _check_grade(bare["grade"], offered, rationale="")
    if _REFUSAL.match(text):
        return Unparsed(Reason.REFUSED, "the reply reads as a refusal")
    return Unparsed(Reason.UNPARSEABLE, "no JSON object and not a bare grade")


def _parse_objects(text: str, offered: Collection[int]) -> Parsed | Unparsed:
    try:
        found = [candidate for candidate in _read_objects(text) if "grade" in candidate]
    except RecursionError:
        return Unparsed(Reason.UNPARSEABLE, "JSON nested too deeply")
    except _AmbiguousObject as error:
        return Unparsed(Reason.UNPARSEABLE, str(error))
    except json.JSONDecodeError as error:
        # What a reply lacks at its very end was cut off; anything before that is malformed.
        is_cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        reason = Reason.TRUNCATED if is_cut else Reason.UNPARSEABLE
        return Unparsed(reason, f"broken JSON: {error.msg} at character {error.pos}")
    except ValueError as error:  # a number too long to convert
        return Unparsed(Reason.UNPARSEABLE, f"broken JSON: {error}")
    if len(found) != 1:
        return Unparsed(Reason.UNPARSEABLE, f'{len(found)} JSON objects with "grade" where one is due')
    rationale = found[0].get("rationale")
    return _check_grade(found[0]["grade"], offered, rationale if isinstance(rationale, str) else "")


def _read_objects(text: str) -> list[dict[str, object]]:
    """Decode every object in a text that starts with "{", one after the other."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique_keys)
    objects = []
    start = 0
    while start != -1:
        decoded, end = decoder.raw_decode(text, start)
        objects.append(decoded)
        start = text.find("{", end)
    return objects


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    decoded = dict(pairs)
    if len(decoded) != len(pairs):
        raise _AmbiguousObject("a JSON object says the same key twice")
    return decoded


def _check_grade(value: object, offered: Collection[int], rationale: str) -> Parsed | Unparsed:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Unparsed(Reason.UNPARSEABLE, f"the grade is {_shorten(value)}, not an integer")
    if isinstance(value, float) or value not in offered:
        scale = ", ".join(map(str, sorted(offered)))
        return Unparsed(Reason.OFF_SCALE, f"grade {_shorten(value)} is not one of {scale}")
    return Parsed(value, rationale)


def _shorten(value: object) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
