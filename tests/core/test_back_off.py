"""Waits worked out by hand: 30 s doubled, at most 4 h, up to a quarter more, a day in all."""

import random
from datetime import UTC, datetime, timedelta

from evalhub.core.back_off import next_attempt

START = datetime(2026, 3, 1, tzinfo=UTC)


class NoJitter(random.Random):
    def random(self) -> float:
        return 0.0


class FullJitter(random.Random):
    def random(self) -> float:
        return 1.0


def test_waits_double_up_to_four_hours() -> None:
    waits = []
    for failed in (1, 2, 3, 4, 9, 10, 11, 300):
        at = next_attempt(failed, START, START, NoJitter())
        assert at is not None
        waits.append((at - START).total_seconds())
    assert waits == [30, 60, 120, 240, 7680, 14_400, 14_400, 14_400]


def test_jitter_adds_up_to_a_quarter() -> None:
    assert next_attempt(1, START, START, FullJitter()) == START + timedelta(seconds=37.5)


def test_a_receiver_may_ask_for_a_longer_wait_but_not_for_a_shorter() -> None:
    assert next_attempt(1, START, START, NoJitter(), asked_s=90) == START + timedelta(seconds=90)
    assert next_attempt(1, START, START, NoJitter(), asked_s=5) == START + timedelta(seconds=30)


def test_after_a_day_it_is_given_up() -> None:
    almost = START + timedelta(hours=20)
    assert next_attempt(14, START, almost, NoJitter()) == START + timedelta(hours=24)
    assert next_attempt(14, START, almost + timedelta(seconds=1), NoJitter()) is None
    assert next_attempt(1, START, START, NoJitter(), asked_s=1e12) is None


def test_all_tries_of_a_day() -> None:
    at: datetime | None = START
    n_tries = 0
    while at:
        n_tries += 1
        at = next_attempt(n_tries, START, at, NoJitter())
    # 30 s * (2^9 - 1) = 4.26 h in 9 waits, then 4 more of 4 h
    assert n_tries == 1 + 9 + 4
