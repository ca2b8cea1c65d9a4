"""Numbers and times as people read them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from evalhub.dashboard import formatting

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        (formatting.score, 0.61249, "0.612"),
        (formatting.score, 0.0, "0.000"),
        (formatting.score, -0.0001, "0.000"),
        (formatting.signed, 0.0412, "+0.041"),
        (formatting.signed, -0.0412, "−0.041"),
        (formatting.signed, -0.0001, "+0.000"),
        (formatting.share, 1.0, "100.0%"),
        (formatting.share, 0.99999, "99.9%"),
        (formatting.share, 0.978, "97.8%"),
        (formatting.share, 0.0, "0.0%"),
        (formatting.p_value, 0.0004, "<0.001"),
        (formatting.p_value, 0.0504, "0.050"),
        (formatting.digits, 12345.6, "12,346"),
        (formatting.digits, 0.10749, "0.107"),
        (formatting.digits, 5.0, "5"),
        (formatting.usd, 0, "$0.00"),
        (formatting.usd, 0.00123, "$0.0012"),
        (formatting.usd, 1234.5, "$1,234.50"),
        (formatting.duration, 0.04, "0.0 s"),
        (formatting.duration, 59.4, "59 s"),
        (formatting.duration, 60, "1 min 0 s"),
        (formatting.duration, 3_599.9, "59 min 59 s"),
        (formatting.duration, 7_500, "2 h 5 min"),
        (formatting.duration, 273_600, "3 d 4 h"),
    ],
)
def test_numbers(write: Callable[[float], str], value: float, expected: str) -> None:
    assert write(value) == expected


@pytest.mark.parametrize(
    "write",
    [
        formatting.score,
        formatting.signed,
        formatting.share,
        formatting.p_value,
        formatting.digits,
        formatting.usd,
        formatting.duration,
    ],
)
@pytest.mark.parametrize("nothing", [None, ""])
def test_undefined_is_a_dash_and_never_0(
    write: Callable[[float | str | None], str], nothing: str | None
) -> None:
    assert write(nothing) == formatting.UNDEFINED
    assert "0" not in formatting.UNDEFINED


@pytest.mark.parametrize(
    ("gain", "expected"),
    [(0.0, "level-0"), (0.2, "level-1"), (0.999, "level-4"), (1.0, "level-4"), (None, "")],
)
def test_a_gain_has_one_of_five_shades(gain: float | None, expected: str) -> None:
    assert formatting.level(gain) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=61), "1\xa0minute ago"),
        (timedelta(hours=3, minutes=59), "3\xa0hours ago"),
        (timedelta(days=15), "2\xa0weeks ago"),
    ],
)
def test_moments(before: timedelta, expected: str) -> None:
    assert f">{expected}</time>" in formatting.ago(NOW - before, NOW)


def test_nested_values_are_words_and_no_python() -> None:
    assert formatting.plain({"train": {"n_pairs": 26}, "seeds": [1, 2]}) == "train: n pairs: 26; seeds: 1, 2"
