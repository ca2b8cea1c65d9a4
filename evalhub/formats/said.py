"""What a row of grades may say beside the grade: who, when, why, and how the pair came to be graded."""

from datetime import UTC, datetime
from typing import NamedTuple

from evalhub.formats.columns import Columns
from evalhub.formats.errors import Place
from evalhub.formats.values import grade_of, kind_of, text_of

HAND_PICKED = "hand-picked"
SAMPLE = "probability sample"
MAX_REVIEWER_CHARS = 200
MAX_COMMENT_CHARS = 4_000
SAID_NAMES: dict[str, tuple[str, ...]] = {
    "reviewer": ("reviewer", "annotator", "assessor"),
    "graded_at": ("graded_at",),
    "comment": ("comment",),
    "selection": ("selection",),
    "inclusion_probability": ("inclusion_probability",),
    "gold_grade": ("gold_grade",),
}


class Unsaid:
    """The type of UNSAID."""


UNSAID = Unsaid()
"""Stands for a gold grade that a file leaves to a rule."""


class Said(NamedTuple):
    """Empty where the file says nothing.

    Attributes:
        graded_at: aware; a time without an offset is taken for UTC.
        gold_grade: what the file makes of all that people said of the pair; None: no gold label.
    """

    reviewer: str = ""
    graded_at: datetime | None = None
    comment: str = ""
    selection: str = ""
    inclusion_probability: float | None = None
    gold_grade: int | Unsaid | None = UNSAID


NOTHING_SAID = Said()


def said_of(fields: dict[str, object], columns: Columns, place: Place) -> Said:
    """Read the fields of SAID_NAMES that a record has.

    Raises:
        InputError: one is not acceptable.
    """
    if fields.keys().isdisjoint(SAID_NAMES):
        return NOTHING_SAID
    probability = _probability(fields.get("inclusion_probability"), place)
    return Said(
        _text(fields, "reviewer", MAX_REVIEWER_CHARS, columns, place).strip(),
        _time(fields.get("graded_at"), place),
        _text(fields, "comment", MAX_COMMENT_CHARS, columns, place),
        _selection(fields.get("selection"), probability, place),
        probability,
        _gold_grade(fields, place),
    )


def _text(fields: dict[str, object], name: str, longest: int, columns: Columns, place: Place) -> str:
    shown, value = columns.shown[name], fields.get(name)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    text = str(value) if is_number else text_of(value, shown, place)
    if len(text) > longest:
        raise place.error(shown, f"a text of {len(text):,} characters", f"Keep to {longest:,}.")
    return text


def _time(value: object, place: Place) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        # Parquet has times of its own.
        written = value.strip() if isinstance(value, str) else ""
        found = value if isinstance(value, datetime) else datetime.fromisoformat(written)
        # The ends of the calendar have no moment in UTC.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise place.error(
            "graded_at", f"not a time ({value!r:.40})", "Write it as 2026-11-21T09:30:00Z, or leave it empty."
        ) from error


def _probability(value: object, place: Place) -> float | None:
    if value is None or value == "":
        return None
    try:
        probability = float("nan") if isinstance(value, bool) else float(str(value))
    except ValueError:
        probability = float("nan")
    if not 0.0 < probability <= 1.0:
        raise place.error(
            "inclusion_probability",
            f"not a probability ({value!r:.40})",
            "Write a number above 0 and at most 1, or leave it empty where the pair was not drawn.",
        )
    return probability


def _selection(value: object, probability: float | None, place: Place) -> str:
    """A pair with a probability was drawn, said or not; one that was drawn has a probability."""
    text = "" if value is None else str(value).strip()
    if text in ("", "unknown"):
        return SAMPLE if probability is not None else ""
    if text not in (HAND_PICKED, SAMPLE):
        raise place.error(
            "selection",
            f"not a way to choose pairs ({value!r:.40})",
            f'Write "{HAND_PICKED}" or "{SAMPLE}", or leave it empty. Rename a column that means otherwise.',
        )
    if (text == SAMPLE) != (probability is not None):
        raise place.error(
            "inclusion_probability",
            f"{'missing' if probability is None else 'given'} where the selection is {text}",
            "A pair that was drawn has the probability it was drawn with, and no other has one.",
        )
    return text


def _gold_grade(fields: dict[str, object], place: Place) -> int | Unsaid | None:
    if "gold_grade" not in fields:
        return UNSAID
    value = fields["gold_grade"]
    if isinstance(value, list | dict):
        raise place.error("gold_grade", f"{kind_of(value)}, not a grade", "Write a grade, or null.")
    return None if value is None or value == "" else grade_of(value, "gold_grade", place)
