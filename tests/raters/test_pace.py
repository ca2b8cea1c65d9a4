"""The pace of calls, worked by hand."""

import math

import pytest

from raters.pace import Pace


def begun(pace: Pace, times: list[float]) -> None:
    for at in times:
        pace.began(at)
        pace.accepted()


def rejected_at_50() -> Pace:
    """51 calls from 0.02 to 1.02 s, the last one rejected at once."""
    pace = Pace()
    begun(pace, [0.02 * n for n in range(1, 51)])
    pace.began(1.02)
    pace.rejected(1.02, 1.02, None)
    return pace


def test_nothing_is_held_back_before_the_first_rejection() -> None:
    pace = Pace()
    begun(pace, [0.0] * 1000)

    assert pace.rate(1.0) == math.inf
    assert pace.wait_s(1.0) == 0.0


def test_a_rejection_lowers_the_pace_to_below_what_was_borne() -> None:
    pace = rejected_at_50()

    # 50 calls in the 1.0 s from 0.02 to 1.02; 0.93 of it
    assert pace.rate(1.02) == pytest.approx(0.93 * 50)
    # CUBIC: 10 s later back at what was rejected, 20 s later 7 % above
    assert pace.rate(11.02) == pytest.approx(50)
    assert pace.rate(21.02) == pytest.approx(1.07 * 50)


def test_calls_follow_each_other_at_the_pace_after_a_short_pause() -> None:
    pace = rejected_at_50()
    assert pace.wait_s(1.02) == pytest.approx(0.1)
    pace.began(1.12)

    assert pace.wait_s(1.12) == pytest.approx(1 / pace.rate(1.12), rel=0.01)


def test_calls_that_were_open_at_the_rejection_are_the_same_surplus() -> None:
    pace = rejected_at_50()
    pace.rejected(1.01, 1.03, None)

    # one call fewer in 1.0 s was borne
    assert pace.rate(1.02) == pytest.approx(0.93 * 49)


def test_pauses_double_while_nothing_is_accepted() -> None:
    pace = rejected_at_50()
    waits = []
    now = 1.02
    for _ in range(4):
        now += pace.wait_s(now)
        pace.began(now)
        pace.rejected(now, now, None)
        waits.append(pace.wait_s(now))

    assert waits == pytest.approx([0.2, 0.4, 0.8, 1.6])


def test_what_the_provider_asks_for_is_waited_for() -> None:
    pace = rejected_at_50()
    pace.rejected(1.03, 1.03, asked_s=7.0)

    assert pace.wait_s(1.03) == pytest.approx(7.0)
