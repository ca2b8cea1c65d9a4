"""When to try again what failed."""

import random
from datetime import datetime, timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=4)
GIVEN_UP_AFTER = timedelta(hours=24)
# Receivers that were down together must not be asked together.
JITTER = 0.25
# 30 s times this is more than LONGEST, and larger powers would overflow.
MOST_DOUBLINGS = 9


def next_attempt(
    n_attempts: int, first_at: datetime, now: datetime, rng: random.Random, *, asked_s: float | None = None
) -> datetime | None:
    """The time of the next try after `n_attempts` failed ones, None when it is too late for another.

    Waits double from 30 seconds to 4 hours, each up to a quarter longer at random.

    Args:
        first_at: when there was first something to send.
        asked_s: seconds that the receiver asked to wait (Retry-After); the wait is at least that.
    """
    wait = min(FIRST * 2 ** min(n_attempts - 1, MOST_DOUBLINGS), LONGEST) * (1 + JITTER * rng.random())
    if asked_s is not None:
        wait = max(wait, timedelta(seconds=min(asked_s, GIVEN_UP_AFTER.total_seconds() + 1)))
    at = now + wait
    return at if at - first_at <= GIVEN_UP_AFTER else None
