"""Ranks and ties from pairwise verdicts."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.dashboard.pairs import Difference, Pairs


def _row(system: str, baseline: str, verdict: str, difference: float | None = 0.1) -> dict[str, Any]:
    low, high = (None, None) if difference is None else (difference - 0.05, difference + 0.1)
    return {
        "system": system,
        "baseline": baseline,
        "difference": difference,
        "low": low,
        "high": high,
        "verdict": verdict,
    }


def test_a_comparison_can_be_asked_either_way_round() -> None:
    pairs = Pairs([_row("a", "b", "better", 0.25)])
    assert pairs.of("a", "b") == Difference(0.25, 0.2, 0.35, "better")
    assert pairs.of("b", "a") == Difference(-0.25, -0.35, -0.2, "worse")
    assert pairs.of("a", "c") is None
    assert pairs.verdict("a", "c") == "undefined"


def test_an_undefined_difference_stays_undefined() -> None:
    assert Pairs([_row("a", "b", "undefined", None)]).of("b", "a") == Difference(
        None, None, None, "undefined"
    )


def test_places_are_ranges_where_nothing_tells_systems_apart() -> None:
    # a is above c only: a may be first or second, b anywhere, c second or third.
    pairs = Pairs([_row("a", "b", "tie"), _row("a", "c", "better"), _row("b", "c", "tie")])
    assert [pairs.rank(name, "abc") for name in "abc"] == ["1–2", "1–3", "2–3"]
    assert pairs.tied_groups("abc") == [(0, 1), (1, 2)]


def test_places_are_single_where_all_are_told_apart() -> None:
    pairs = Pairs([_row(a, b, "better") for a, b in combinations("abc", 2)])
    assert [pairs.rank(name, "abc") for name in "abc"] == ["1", "2", "3"]
    assert pairs.tied_groups("abc") == []


def test_a_single_system_is_first_and_tied_with_none() -> None:
    assert Pairs([]).rank("a", "a") == "1"
    assert Pairs([]).tied_groups("a") == []


@pytest.mark.parametrize("names", ["abcd"])
@given(data=st.data())
def test_a_tied_group_holds_no_pair_that_was_told_apart(names: str, data: st.DataObject) -> None:
    verdicts = st.sampled_from(["better", "tie", "undefined"])
    pairs = Pairs([_row(a, b, data.draw(verdicts)) for a, b in combinations(names, 2)])
    groups = pairs.tied_groups(names)
    for first, last in groups:
        assert all(pairs.verdict(a, b) == "tie" for a, b in combinations(names[first : last + 1], 2))
    for at in range(len(names) - 1):
        is_tied = pairs.verdict(names[at], names[at + 1]) == "tie"
        assert is_tied == any(first <= at < last for first, last in groups)
