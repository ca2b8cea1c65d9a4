"""Where marks lie in a plot."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from evalhub.dashboard.pairs import Pairs
from evalhub.dashboard.plots import LEFT, MOST_TICKS, RIGHT, Axis, interval_plot

values = st.floats(0, 1, allow_subnormal=False)


def _score(value: float | None, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "lower_bound": value, "upper_bound": value}


def test_an_axis_is_tight_and_its_ticks_are_round() -> None:
    axis = Axis.over([0.58, 0.61, 0.64])
    # Steps of 0.005 need 12 spans and of 0.01 six, which is the most that seven ticks allow.
    assert axis.ticks == [
        (175.0, "0.58"),
        (227.5, "0.59"),
        (280.0, "0.6"),
        (332.5, "0.61"),
        (385.0, "0.62"),
        (437.5, "0.63"),
        (490.0, "0.64"),
    ]


@given(st.lists(values, min_size=1, max_size=6))
def test_an_axis_holds_its_values_with_few_ticks(numbers: list[float]) -> None:
    axis = Axis.over(numbers)
    assert all(LEFT - 0.1 <= axis.x(number) <= RIGHT + 0.1 for number in numbers)
    assert 2 <= len(axis.ticks) <= MOST_TICKS


@given(values, values)
def test_what_is_higher_lies_further_right(one: float, other: float) -> None:
    assume(abs(one - other) > 0.01)
    axis = Axis.over([one, other])
    assert (axis.x(one) < axis.x(other)) == (one < other)


def test_a_system_without_a_value_is_left_out() -> None:
    plot = interval_plot([("a", _score(0.5, 0.4, 0.6)), ("b", _score(None))], Pairs([]))
    assert plot is not None
    assert [row.name for row in plot.rows] == ["a"]
    assert interval_plot([("b", _score(None))], Pairs([])) is None


def test_a_value_without_an_interval_is_a_dot() -> None:
    plot = interval_plot([("a", _score(0.5))], Pairs([]))
    assert plot is not None
    (row,) = plot.rows
    assert row.low == row.value == row.high


def test_a_long_name_is_cut_in_the_plot_only() -> None:
    plot = interval_plot([("x" * 80, _score(0.5))], Pairs([]))
    assert plot is not None
    assert plot.rows[0].label == "x" * 23 + "…"
    assert plot.rows[0].name == "x" * 80
