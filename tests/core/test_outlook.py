"""Whether verdicts stay, by hand."""

import pytest

from evalhub.core.outlook import (
    DIRECTIONS,
    Known,
    Projected,
    direction_at,
    outlook_of,
    project,
    strictness_of,
)
from evalhub.core.preview import Estimate


def projected(value: float, half: float, reach: float) -> Projected:
    return Projected(value, half, half, reach, reach / 1.96)


def test_a_rater_that_changes_nothing_changes_no_interval() -> None:
    found = project(Known(0.05, 0.01, 0.10), 0.0004, Estimate(0.05, 0.0004, 0.0, 9), 30)
    assert (found.low, found.high) == pytest.approx((0.01, 0.10))


def test_the_interval_grows_with_the_spread_and_with_what_was_not_seen() -> None:
    # Twice the standard error over queries: 0.04 -> 0.08 below, 0.05 -> 0.10 above.
    found = project(Known(0.05, 0.01, 0.10), 0.0004, Estimate(0.02, 0.0016, 0.0, 9), 30)
    assert (found.low, found.high) == pytest.approx((0.02 - 0.08, 0.02 + 0.10))
    # t with 60 degrees of freedom at 0.975 is 2.0003; sqrt(0.08^2 + (2.0003 * 0.03)^2) is 0.1000.
    found = project(Known(0.05, 0.01, 0.10), 0.0004, Estimate(0.02, 0.0016, 0.0009, 60), 30)
    assert found.reach == pytest.approx(0.0600, abs=1e-4)
    assert found.low == pytest.approx(0.02 - 0.1000, abs=1e-4)


def test_without_any_spread_before_it_is_students_t() -> None:
    # t with 29 degrees of freedom at 0.975 is 2.0452.
    found = project(Known(0.0, 0.0, 0.0), 0.0, Estimate(0.02, 0.0001, 0.0, 9), 30)
    assert found.low == pytest.approx(0.02 - 0.020452, abs=1e-6)


@pytest.mark.parametrize(
    ("now", "value", "reach", "then", "outlook"),
    [
        ("better", 0.06, 0.01, "better", "stays"),
        ("better", 0.06, 0.03, "better", "may flip"),
        ("better", 0.03, 0.03, "tie", "may flip"),
        ("better", 0.03, 0.005, "tie", "would flip"),
        ("better", -0.06, 0.01, "worse", "would flip"),
        ("tie", 0.0, 0.02, "tie", "stays"),
        ("tie", 0.0, 0.05, "tie", "may flip"),
        ("tie", 0.05, 0.005, "better", "would flip"),
        ("worse", -0.09, 0.0, "worse", "stays"),
    ],
)
def test_outlook(now: str, value: float, reach: float, then: str, outlook: str) -> None:
    """The interval over queries reaches 0.04 to either side."""
    one = projected(value, 0.04, reach)
    assert outlook_of(now, one, lambda at: direction_at(at, one), DIRECTIONS) == (then, outlook)


def test_a_tie_by_holms_correction_stays_one_as_long_as_nothing_moves() -> None:
    known = Known(0.05, 0.01, 0.09)
    strictness = strictness_of(known, "tie")
    assert strictness == pytest.approx(0.05 / 0.04)
    one = projected(0.05, 0.04, 0.0)
    assert direction_at(0.05, one) == "better"
    assert direction_at(0.05, one, strictness) == "tie"
    assert direction_at(0.06, one, strictness) == "better"
    assert strictness_of(known, "better") == 1.0
    assert strictness_of(Known(0.01, -0.01, 0.03), "tie") == 1.0
    assert strictness_of(Known(-0.05, -0.09, -0.02), "tie") == pytest.approx(0.05 / 0.03)
