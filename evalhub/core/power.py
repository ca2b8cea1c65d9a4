"""What a number of queries can tell apart, before anything is run."""

from bisect import bisect_left
from collections.abc import Iterable
from math import comb, sqrt
from typing import NamedTuple

from scipy.special import nctdtrinc, stdtrit

ALPHA = 0.05
POWER = 0.8
MIN_QUERIES = 2
# Nobody writes more; a difference that asks for more is none.
MOST_QUERIES = 1_000_000
# Of PWAS@10 by people's grades between MiniLM and WordLlama at two dimensions each: 0.084 on Cranfield (225
# queries), 0.294 on chorus-electronics-small (40); this is their root mean square.
TYPICAL_SPREAD = 0.22


class IntervalSeen(NamedTuple):
    """The 95% interval of a mean paired difference over `n_queries` queries."""

    low: float
    high: float
    n_queries: int


def n_comparisons(n_systems: int) -> int:
    """Return how many pairs of systems there are: every two are compared."""
    return comb(n_systems, 2)


def detectable_difference(
    n_queries: int, spread: float, *, n_compared: int = 1, alpha: float = ALPHA, power: float = POWER
) -> float | None:
    """Return the smallest true mean difference that is found with probability `power`.

    The paired t test, two-sided, over n queries finds a difference of lambda * spread / sqrt(n), where
    lambda is the noncentrality at which P(T_{n-1}(lambda) > t_{n-1, 1 - alpha/2}) = power (Cohen 1988,
    Statistical Power Analysis, section 2.4; for queries: Sakai 2018, Laboratory Experiments in
    Information Retrieval, ch. 6). For many queries lambda is z_{1 - alpha/2} + z_{power} = 2.80. The
    other tail, below 1e-6 at this power, is left out. Of several comparisons Holm's procedure tests the
    clearest at alpha / m, and no later one as strictly: so alpha is divided by `n_compared`.

    Args:
        n_queries: below MIN_QUERIES nothing can be found: None.
        spread: standard deviation of the per-query differences.
        n_compared: how many comparisons are corrected together; none is taken as one.
        alpha: the chance of a false finding, over all comparisons.
        power: the chance of a true one, for each.
    """
    if n_queries < MIN_QUERIES:
        return None
    freedom = n_queries - 1
    critical = stdtrit(freedom, 1.0 - alpha / max(1, n_compared) / 2.0)
    return float(nctdtrinc(freedom, 1.0 - power, critical)) * spread / sqrt(n_queries)


def queries_to_detect(difference: float, spread: float) -> int | None:
    """Return the fewest queries that find a true mean difference with probability POWER.

    The inverse of `detectable_difference` for one comparison; None where MOST_QUERIES are too few.
    """
    wanted = abs(difference)

    def is_enough(n_queries: int) -> bool:
        found = detectable_difference(n_queries, spread)
        return found is not None and found <= wanted

    if not is_enough(MOST_QUERIES):
        return None
    return bisect_left(range(MOST_QUERIES), True, lo=MIN_QUERIES, key=is_enough)


def pooled_spread(seen: Iterable[IntervalSeen]) -> float | None:
    """Return the standard deviation of per-query differences behind earlier comparisons, None without any.

    An interval of the mean reaches t_{n-1, 0.975} s / sqrt(n) to either side, so s is worked back from
    its width; variances are pooled with n - 1 as their weights. Intervals of no width are two systems
    that returned the same, which says nothing of two that differ.
    """
    weight = total = 0.0
    for low, high, n_queries in seen:
        if n_queries < MIN_QUERIES or high <= low:
            continue
        spread = (high - low) / 2.0 / stdtrit(n_queries - 1, 0.975) * sqrt(n_queries)
        total += (n_queries - 1) * spread**2
        weight += n_queries - 1
    return sqrt(total / weight) if weight else None
