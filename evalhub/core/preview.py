"""What a score would be under another rater: the old grades of all pairs, and a sample of new ones.

A score that is linear in gains moves by the sum of the pairs' effects; a pair's effect on a query is its
weight times (new gain - old gain). Sampled effects stand for the others by their inclusion probability: the
difference estimator (Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, section 6.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from math import inf, sqrt

import numpy as np
from scipy.special import stdtrit

from evalhub.core.types import FloatArray, IntArray

# A variance takes two; a stratum of one pair is looked at whole.
MIN_PER_STRATUM = 2
_UPPER = 0.975


def allocate(sizes: Sequence[int], spreads: Sequence[float], n: int) -> list[int]:
    """Return how many pairs to sample of each stratum: proportional to size times spread.

    At least MIN_PER_STRATUM each, or all where there are fewer, even if that is more than `n`. The next pair
    goes to the stratum with the largest size * spread / sqrt(m (m + 1)), m being what it has, which is the
    exact optimum allocation (Wright 2012, The American Statistician 66:217).

    Args:
        sizes: pairs in each stratum.
        spreads: how much pairs of it can move a score; 0 gets more only when all others are seen whole.
        n: pairs in all.
    """
    given = [min(MIN_PER_STRATUM, size) for size in sizes]

    def next_of(at: int) -> tuple[float, int]:
        share = sizes[at] * spreads[at] / sqrt(given[at] * (given[at] + 1)) if given[at] else 0.0
        return (-share if given[at] < sizes[at] else inf, at)

    queue = [next_of(at) for at in range(len(sizes))]
    heapify(queue)
    for _ in range(min(n, sum(sizes)) - sum(given)):
        at = queue[0][1]
        given[at] += 1
        heapreplace(queue, next_of(at))
    return given


def draw(sizes: Sequence[int], n_sampled: Sequence[int], rng: np.random.Generator) -> list[list[int]]:
    """Return the places of a simple random sample of each stratum, without replacement, in order."""
    return [
        sorted(rng.choice(size, count, replace=False).tolist())
        for size, count in zip(sizes, n_sampled, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Sampled:
    """The pairs that both raters graded.

    Attributes:
        queries: of each sampled pair, the place of its query, int64 (n,).
        strata: of each sampled pair, the place of its stratum, int64 (n,).
        effects: of each sampled pair, what it adds to its query's value under the new rater, float64 (n,).
        sizes: pairs in each stratum, int64 (n_strata,).
    """

    queries: IntArray
    strata: IntArray
    effects: FloatArray
    sizes: IntArray


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries under the new rater.

    Attributes:
        value: unbiased over samples.
        query_variance: of the mean, because other queries could have been asked.
        sampling_variance: because not all pairs were looked at; 0 where they were.
        freedom: degrees of freedom of the sampling variance.
    """

    value: float
    query_variance: float
    sampling_variance: float
    freedom: int

    @property
    def sampling_error(self) -> float:
        """Standard error of not having looked at all pairs."""
        return sqrt(self.sampling_variance)

    @property
    def sampling_reach(self) -> float:
        """How far to either side the value of all pairs may lie, 95%."""
        return float(stdtrit(self.freedom, _UPPER)) * self.sampling_error if self.sampling_variance else 0.0


def estimate(old_values: FloatArray, sampled: Sampled) -> Estimate:
    """Estimate the mean over queries under the new rater.

    With x_q = old_q + sum of effects / inclusion probability over the sampled pairs of q, the value is the
    mean of x. The stratified sampling variance is V_s = sum_h N_h^2 (1 - n_h/N_h) s_h^2 / n_h / Q^2.
    The spread of the x_q over queries holds sampling noise too, which is taken out, so that the query
    variance is that of the new rater's values if all pairs had been graded:
    s^2(x)/Q - (sum_q v(x_q) - Q V_s) / (Q (Q - 1)), v(x_q) being the sampling variance of one query's total;
    where that is below 0 it is 0.

    Args:
        old_values: one per query, float64 (n_queries,); two or more.
        sampled: effects on these values.
    """
    n_queries = len(old_values)
    counts = np.bincount(sampled.strata, minlength=len(sampled.sizes))
    expansion = sampled.sizes / np.maximum(counts, 1)
    weighted = sampled.effects * expansion[sampled.strata]
    values = old_values + np.bincount(sampled.queries, weights=weighted, minlength=n_queries)
    # N^2 (1 - n/N) / n / (n - 1), by which a sum of squared deviations becomes the variance of a total
    unseen = sampled.sizes * (sampled.sizes - counts)
    scale = np.where(unseen > 0, unseen / np.maximum(counts * (counts - 1), 1), 0.0)
    of_total = float(scale @ _squared_deviations(sampled, counts, by_query=False)) / n_queries**2
    of_queries = float(scale @ _squared_deviations(sampled, counts, by_query=True))
    noise = (of_queries - n_queries * of_total) / (n_queries * (n_queries - 1))
    spread = float(np.var(values, ddof=1)) / n_queries
    return Estimate(
        value=float(values.mean()),
        query_variance=max(0.0, spread - noise),
        sampling_variance=of_total,
        freedom=max(1, int((counts - 1)[unseen > 0].sum())),
    )


def _squared_deviations(sampled: Sampled, counts: IntArray, *, by_query: bool) -> FloatArray:
    """Of each stratum, the sum of squared deviations of the effects from their mean.

    By query: that of the effects on one query, all others counting as 0, summed over the queries.
    """
    n_strata = len(sampled.sizes)
    squares = np.bincount(sampled.strata, weights=sampled.effects**2, minlength=n_strata)
    group = sampled.queries * n_strata + sampled.strata if by_query else sampled.strata
    totals = np.bincount(group, weights=sampled.effects) if group.size else np.zeros(0)
    of_group = np.bincount(np.arange(totals.size) % n_strata, weights=totals**2, minlength=n_strata)
    return squares - of_group / np.maximum(counts, 1)


def query_variance(values: FloatArray) -> float:
    """The variance of the mean of one value per query, as `Estimate.query_variance` has it."""
    return float(np.var(values, ddof=1)) / len(values)
