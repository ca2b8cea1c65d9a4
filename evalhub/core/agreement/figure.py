"""A figure as a function of sums over queries, so that a resample of queries is one matrix product."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from evalhub.core.agreement.pairs import query_codes
from evalhub.core.intervals import N_RESAMPLES, batch_sizes, expanded_interval
from evalhub.core.types import FloatArray, IntArray

# A figure that is undefined in more resamples than this has no interval: what is left would be a selection.
MOST_UNDEFINED = 0.05


class UnalignedFigures(ValueError):
    """Two figures to be compared are not over the same queries."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval over queries; None stands for undefined.

    `n_pairs` is what the figure counts: (query, document) pairs, or pairs of systems for a rank correlation.
    """

    value: float | None
    low: float | None
    high: float | None
    n_pairs: int
    n_queries: int


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure that depends on its pairs only through sums over queries.

    Attributes:
        sums: csr_array, float64 (n_queries, n_columns); a query without pairs has a row of zeros.
        of: summed rows, float64 (n, n_columns) -> the figure of each, float64 (n,), nan where undefined.
        n_pairs: as in `Estimate`.
    """

    sums: Any
    of: Callable[[FloatArray], FloatArray]
    n_pairs: int

    @property
    def value(self) -> float | None:
        """The figure of all queries."""
        return _point(self, np.ones((1, self.sums.shape[0])))


def estimate(figure: Figure, *, seed: int, n_resamples: int = N_RESAMPLES) -> Estimate:
    """Return a figure with its interval: queries are drawn with replacement, their pairs move with them.

    The interval is that of `expanded_interval`. It is None with fewer than two queries, and where more
    than 5% of the resamples leave the figure undefined (such as kappa where every grade is the same);
    fewer than that are left out.
    """
    return _estimate([figure], seed, n_resamples)


def difference(ours: Figure, theirs: Figure, *, seed: int, n_resamples: int = N_RESAMPLES) -> Estimate:
    """Return the paired difference ours - theirs: both are computed on the same resamples of queries.

    Raises:
        UnalignedFigures: the two do not count the same number of pairs or queries.
    """
    if ours.n_pairs != theirs.n_pairs or ours.sums.shape[0] != theirs.sums.shape[0]:
        raise UnalignedFigures(
            f"{ours.n_pairs} pairs of {ours.sums.shape[0]} queries against {theirs.n_pairs} of "
            f"{theirs.sums.shape[0]}; compare two raters on the pairs that both graded"
        )
    return _estimate([ours, theirs], seed, n_resamples)


def mean_figure(query_ids: Sequence[str], values: FloatArray) -> Figure:
    """The mean of one value per pair."""
    codes, n_queries = query_codes(query_ids)
    columns = np.stack([values, np.ones(values.size)], axis=1)
    return Figure(sum_by_query(codes, n_queries, columns), mean_of_sums, values.size)


def mean_of_sums(sums: FloatArray) -> FloatArray:
    """(n, 2) of sum and count -> mean, nan where the count is 0."""
    return ratio(sums[:, 0], sums[:, 1])


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Divide; nan where the denominator is 0."""
    quotient: FloatArray = np.full(np.broadcast(numerator, denominator).shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator != 0.0)
    return quotient


def sum_by_query(codes: IntArray, n_queries: int, columns: FloatArray) -> Any:
    """Add up rows (n_pairs, n_columns) by query: csr_array (n_queries, n_columns)."""
    rows = np.arange(codes.size)
    belongs = csr_array((np.ones(codes.size), (codes, rows)), shape=(n_queries, codes.size))
    return csr_array(belongs @ columns)


def _estimate(figures: Sequence[Figure], seed: int, n_resamples: int) -> Estimate:
    parts = _with_pairs(figures)
    n_queries = parts[0].sums.shape[0]
    points = [_point(part, np.ones((1, n_queries))) for part in parts]
    n_pairs = parts[0].n_pairs
    if any(point is None for point in points):
        return Estimate(None, None, None, n_pairs, n_queries)
    value = _minus([np.array([point]) for point in points]).item()
    if n_queries < 2:
        return Estimate(value, None, None, n_pairs, n_queries)
    resampled = np.concatenate(list(_resampled(parts, n_queries, seed, n_resamples)))
    defined = resampled[~np.isnan(resampled)]
    if defined.size < (1.0 - MOST_UNDEFINED) * resampled.size:
        return Estimate(value, None, None, n_pairs, n_queries)
    interval = expanded_interval(defined, value, n_clusters=n_queries)
    return Estimate(value, interval.low, interval.high, n_pairs, n_queries)


def _with_pairs(figures: Sequence[Figure]) -> list[Figure]:
    """Leave out queries that have a part in none of the figures."""
    has_pairs = np.zeros(figures[0].sums.shape[0], dtype=bool)
    for figure in figures:
        has_pairs |= np.diff(figure.sums.indptr) > 0
    return [Figure(figure.sums[has_pairs], figure.of, figure.n_pairs) for figure in figures]


def _resampled(
    figures: Sequence[Figure], n_queries: int, seed: int, n_resamples: int
) -> Iterator[FloatArray]:
    rng = np.random.default_rng(seed)
    widest = max(n_queries, *(figure.sums.shape[1] for figure in figures))
    for size in batch_sizes(n_resamples, widest):
        drawn = rng.integers(0, n_queries, size=(size, n_queries)) + n_queries * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * n_queries).reshape(size, n_queries)
        yield _minus([figure.of(times.astype(np.float64) @ figure.sums) for figure in figures])


def _minus(values: Sequence[FloatArray]) -> FloatArray:
    return values[0] - values[1] if len(values) > 1 else values[0]


def _point(figure: Figure, weights: FloatArray) -> float | None:
    value = figure.of(weights @ figure.sums).item()
    return None if np.isnan(value) else float(value)
