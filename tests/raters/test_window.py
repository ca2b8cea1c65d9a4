"""The limit of open calls, worked by hand."""

import pytest

from raters.window import Window


def answers(window: Window, n: int, latency_s: float) -> None:
    for _ in range(n):
        window.answered(latency_s, n_open=window.limit)


def test_it_doubles_each_round_until_the_ceiling() -> None:
    window = Window(ceiling=100)
    limits = [window.limit]
    for _ in range(5):
        answers(window, window.limit, 0.2)
        limits.append(window.limit)

    # Slow start: one more for each answer. 8, then 8 + 8, ...
    assert limits == [8, 16, 32, 64, 100, 100]


def test_it_never_begins_above_its_ceiling() -> None:
    assert Window(ceiling=3).limit == 3


def test_it_stays_while_latency_is_more_than_twice_the_best() -> None:
    window = Window(ceiling=100)
    answers(window, 8, 0.2)
    answers(window, 40, 1.0)  # the running mean passes 0.4 s within two answers: 0.2 + 0.125 * 0.8 = 0.3, ...
    n_at_last = window.limit
    answers(window, 100, 1.0)

    assert n_at_last <= 18
    assert window.limit == n_at_last


def test_it_shrinks_once_for_calls_that_were_open_together() -> None:
    window = Window(ceiling=64)
    answers(window, 56, 0.2)
    assert window.limit == 64
    for _ in range(10):
        window.troubled(started_at=1.0, now=2.0)

    # 64 * 0.7 = 44.8
    assert window.limit == 44
    window.troubled(started_at=2.5, now=3.0)
    assert window.limit == 31


def test_after_trouble_it_grows_by_a_32nd_of_the_ceiling_a_round() -> None:
    window = Window(ceiling=64)
    answers(window, 56, 0.2)
    window.troubled(1.0, 2.0)
    answers(window, 45, 0.2)

    # 44.8 + 2 within a round of some 45 answers
    assert window.limit == 46


def test_a_limit_nobody_reaches_does_not_grow() -> None:
    window = Window(ceiling=64)
    for _ in range(100):
        window.answered(0.2, n_open=1)

    assert window.limit == 8


@pytest.mark.parametrize(("per_second", "limit"), [(0.0, 44), (100.0, 44), (200.0, 60), (1000.0, 64)])
def test_it_leaves_room_for_the_pace_by_littles_law(per_second: float, limit: int) -> None:
    window = Window(ceiling=64)
    answers(window, 56, 0.2)
    window.troubled(1.0, 2.0, per_second)

    # 1.5 * 200 per second * 0.2 s = 60
    assert window.limit == limit
