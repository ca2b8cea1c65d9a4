"""Bootstrap interval of a mean over queries."""

from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import fmean

import numpy as np
from scipy.special import ndtr, stdtrit

from evalhub.core.types import FloatArray, Interval

INTERVAL_METHOD = "expanded percentile bootstrap over queries, 95%"
N_RESAMPLES = 2000
_TAIL = 0.025
_MAX_DRAWS = 2_000_000  # bounds the memory of one batch of resamples to some 32 MB


def bootstrap_interval(
    values: Sequence[float], *, seed: int, n_resamples: int = N_RESAMPLES
) -> Interval | None:
    """Return the 95% interval of the mean of one value per query, or None for fewer than two queries.

    Queries are drawn with replacement; everything below a query (its hits, their grades) moves with
    it, so the query is the cluster. The percentile interval (Efron and Tibshirani 1993, ch. 13) is too
    narrow for small samples; its tail is therefore taken at Phi(sqrt(n/(n-1)) t_{n-1}(0.025)) instead
    of 0.025 (the expanded percentile interval, Hesterberg 2015, The American Statistician 69:371). The
    result depends on the values and the seed, not on the order of the values.

    Two or more equal values give an interval of width zero: a bootstrap knows no spread but that of
    the sample. A single value has no interval.

    Raises:
        ValueError: When a value is not finite.
    """
    # BCa covers worse where PWAS needs it: paired differences are mostly exact zeros, and there its
    # 95% interval of 60 queries covered 0.89 against 0.92 of this one, with no gain on skewed scores.
    sample = np.sort(np.asarray(values, dtype=np.float64))
    if not np.isfinite(sample).all():
        raise ValueError("a value is not a finite number; leave queries without a value out")
    if sample.size < 2:
        return None
    means = _resampled_means(sample, np.random.default_rng(seed), n_resamples)
    return expanded_interval(means, fmean(values), n_clusters=sample.size)


def expanded_interval(resampled: FloatArray, estimate: float, *, n_clusters: int) -> Interval:
    """Return the expanded percentile interval from a figure's resampled values.

    Args:
        resampled: one value per resample, none of them nan.
        estimate: the figure of the sample itself, which the interval always holds.
        n_clusters: how many queries were drawn from; two or more.
    """
    tail = float(ndtr(sqrt(n_clusters / (n_clusters - 1)) * stdtrit(n_clusters - 1, _TAIL)))
    low, high = np.quantile(resampled, [tail, 1.0 - tail]).tolist()
    # Rounding in the resampled means of equal values must not leave the mean itself outside.
    return Interval(min(low, estimate), max(high, estimate))


def batch_sizes(n_resamples: int, n_values: int) -> Iterator[int]:
    """Split the resamples so that one batch of resamples x values stays small in memory."""
    size = max(1, _MAX_DRAWS // n_values)
    for start in range(0, n_resamples, size):
        yield min(size, n_resamples - start)


def _resampled_means(sample: FloatArray, rng: np.random.Generator, n_resamples: int) -> FloatArray:
    n = sample.size
    batches = [
        sample[rng.integers(0, n, size=(size, n))].mean(axis=1) for size in batch_sizes(n_resamples, n)
    ]
    return np.concatenate(batches)
