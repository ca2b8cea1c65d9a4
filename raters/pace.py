"""How many calls to begin per second, learnt from the provider's rejections; unlimited until the first.

A limit of open calls cannot hold a limit of calls per minute: the faster the answers, the more calls. On a
rejection the pace becomes a little less than what was accepted just before, and then follows CUBIC (RFC 9438,
section 4.2): quickly back to near the pace that was rejected, long just below and at it, then ever faster
beyond, as the limit may have risen. The decrease is smaller than CUBIC's because a rejection, unlike a lost
packet, leaves no queue to drain.
"""

import math
from collections import deque

DECREASE = 0.93
PLATEAU_S = 10.0  # after a rejection, when the rejected pace is tried again
_STEEPNESS = (1 - DECREASE) / PLATEAU_S**3
# The pace before a rejection is measured over the shorter time; over the longer where few calls fall in it.
_MEASURED_S = (2.0, 30.0)
_FEWEST = 8  # calls that make a measurement
# A provider that counts by the second accepts again within one; a few short pauses find out.
FIRST_PAUSE_S = 0.1
_PATIENCE = 4


class Pace:
    """Tells when the next call may begin; pure, times are given in seconds of one clock."""

    def __init__(self) -> None:
        self._peak: float | None = None
        self._rejected_at = float("-inf")
        self._lowered_at = float("-inf")
        self._paused_until = float("-inf")
        self._next_at = float("-inf")
        self._begun: deque[float] = deque(maxlen=8192)
        self._refused: deque[float] = deque(maxlen=8192)
        self._measured_s = 1.0
        self._n_fruitless = 0

    def rate(self, now: float) -> float:
        """Calls per second; infinite while nothing was rejected."""
        if self._peak is None:
            return math.inf
        since_s = now - self._rejected_at - PLATEAU_S
        return self._peak * (1 + _STEEPNESS * since_s**3)

    def wait_s(self, now: float) -> float:
        """Seconds until the next call may begin."""
        return max(0.0, self._paused_until - now, self._next_at - now)

    def paused_s(self, now: float) -> float:
        """Seconds until the end of the pause that was asked for; 0 outside of one."""
        return max(0.0, self._paused_until - now)

    def began(self, now: float) -> None:
        """Note that a call begins."""
        # What timers lose, a few calls at once make up for.
        earliest = now - 3 / self.rate(now)
        self._next_at = max(self._next_at, earliest) + 1 / self.rate(now)
        self._begun.append(now)

    def accepted(self) -> None:
        """Note an answer."""
        self._n_fruitless = 0

    def rejected(self, started_at: float, now: float, asked_s: float | None) -> None:
        """Note that a call was one too many; `asked_s` is what the provider asks to wait."""
        self._refused.append(now)
        if asked_s:
            self.pause(now + asked_s)
        if started_at < self._rejected_at:  # begun before the pace was lowered: one too many was counted then
            if self._peak and self._n_fruitless <= 1:
                self._peak = max(self._peak / 2, self._peak - 1 / self._measured_s)
            return
        self._n_fruitless += 1
        self.pause(now + min(30.0, FIRST_PAUSE_S * 2 ** (self._n_fruitless - 1)))
        if self._n_fruitless > _PATIENCE and self._peak:
            self._peak *= 0.7
        elif now - self._lowered_at > _MEASURED_S[0]:  # sooner it is the same surplus, still being refused
            self._peak = self._measure(now) or (self.rate(now) * 0.7 if self._peak else 1.0)
            self._lowered_at = now
        self._rejected_at = now
        self._next_at = self._paused_until  # no burst after a pause: one call finds out

    def pause(self, until: float) -> None:
        """Begin nothing before this."""
        self._paused_until = max(self._paused_until, until)

    def _measure(self, now: float) -> float | None:
        """What was begun per second of late and not rejected (so far); None where that is too little."""
        for longest_s in _MEASURED_S:
            begun = [at for at in self._begun if now - at <= longest_s]
            n_borne = len(begun) - sum(now - at <= longest_s for at in self._refused)
            if n_borne >= _FEWEST:
                self._measured_s = max(1.0, now - begun[0])
                measured = n_borne / self._measured_s
                return measured if self._peak is None else min(measured, self.rate(now))
        return None
