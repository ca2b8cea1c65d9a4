"""What sets the speed of a hosted rater's calls, and what is known of a pair on its way."""

import random
from dataclasses import dataclass, field

from raters.chat_call import ChatRequest
from raters.pace import Pace
from raters.window import Window


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long one call is tried before its failure is handed to the caller.

    Attributes:
        max_attempts: calls per request, the first included. A rejection (429) does not count while other
            calls are answered: then it is the pace that has to change.
        base_s: the wait after attempt n is drawn from [0, base_s * 2**(n - 1)] (full jitter, so that calls
            that failed together do not come back together).
        max_wait_s: no wait is longer; a provider that asks for more gets a TransientFailure instead.
    """

    max_attempts: int = 5
    base_s: float = 1.0
    max_wait_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Tempo:
    """What sets the speed of calls."""

    window: Window
    pace: Pace
    backoff: Backoff
    rng: random.Random


@dataclass(order=True, slots=True)
class OpenPair:
    """A request that has no outcome yet; ordered by when it may be tried again.

    Attributes:
        n_tries: attempts that count against Backoff.max_attempts.
        n_calls: all calls made.
        n_answered: how many answers the round had when it was last tried.
    """

    due_at: float
    index: int
    request: ChatRequest | None = field(default=None, compare=False)
    first_at: float = field(default=0.0, compare=False)
    n_tries: int = field(default=0, compare=False)
    n_calls: int = field(default=0, compare=False)
    n_answered: int = field(default=0, compare=False)
