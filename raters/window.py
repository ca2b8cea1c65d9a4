"""How many calls to have open: more while answers come as fast as before, fewer when they do not.

Additive increase, multiplicative decrease (Chiu & Jain, 1989, "Analysis of the increase and decrease
algorithms for congestion avoidance in computer networks", section 3), begun by TCP's slow start (Jacobson,
1988, "Congestion avoidance and control", section 1). A rise of latency stops the growth before anything is
rejected, as in Netflix's concurrency-limits (Gradient2, https://github.com/Netflix/concurrency-limits).
"""

FIRST_LIMIT = 8
DECREASE = 0.7
# Latency may rise this far above the best known before growth stops; texts differ in length by about as much.
TOLERANCE = 2.0
ROOM = 1.5  # over what Little's law needs on the average
_SMOOTHING = 0.125  # of the running mean latency: Jacobson's gain for the round trip time
_FORGETTING = 1.0005  # the best latency known rises by this per answer, so that a faster past is forgotten


class Window:
    """The limit of open calls between 1 and a ceiling; pure, times are given in seconds of one clock."""

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = float(min(ceiling, FIRST_LIMIT))
        self._step = max(1.0, ceiling / 32)
        self._is_starting = True
        self._mean_s = 0.0
        self._best_s = 0.0
        self._shrunk_at = float("-inf")

    @property
    def limit(self) -> int:
        """How many calls may be open now."""
        return int(self._limit)

    def answered(self, latency_s: float, n_open: int) -> None:
        """Note an answer; `n_open` calls were open when it came, itself included."""
        self._mean_s += _SMOOTHING * (latency_s - self._mean_s) if self._mean_s else latency_s
        self._best_s = min(self._best_s * _FORGETTING, self._mean_s) if self._best_s else latency_s
        if self._mean_s > TOLERANCE * self._best_s:
            return
        # A limit that nobody comes near was not tried (RFC 7661); near, since answers come in bursts.
        if self._limit < (2 if self._is_starting else 1.25) * n_open + 1:
            growth = 1.0 if self._is_starting else self._step / self._limit
            self._limit = min(float(self._ceiling), self._limit + growth)

    def troubled(self, started_at: float, now: float, per_second: float = 0.0) -> None:
        """Note a rejection or a timeout; of calls begun before the last decrease it is the same trouble.

        Args:
            started_at, now: of the call that had trouble.
            per_second: the pace that calls are held to from now on. So many calls times their latency are
                open then (Little's law), and a limit below that would only make them come in bursts.
        """
        if started_at < self._shrunk_at:
            return
        needed = min(self._limit, ROOM * per_second * self._mean_s)
        self._limit = max(1.0, DECREASE * self._limit, needed)
        self._is_starting = False
        self._shrunk_at = now
