"""Paired comparison of two systems over the same queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean
from typing import Literal

import numpy as np

from evalhub.core.intervals import batch_sizes, bootstrap_interval
from evalhub.core.types import FloatArray

# Of what a campaign stores and its pages compute anew, so that both agree.
SEED = 20_251_121
TEST_METHOD = "paired sign-flip randomisation test, two-sided"
N_RESAMPLES = 10_000
_MAX_EXACT = 12  # 2^12 sign assignments: enumerated faster than sampled

Verdict = Literal["better", "worse", "tie", "undefined"]


class UnalignedQueries(ValueError):
    """The two sides do not hold one value for each of the same queries."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean difference system - baseline over `n_queries` queries; None stands for undefined."""

    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    n_queries: int


def compare_paired(
    system: Sequence[float | None],
    baseline: Sequence[float | None],
    *,
    seed: int,
    n_resamples: int = N_RESAMPLES,
) -> Comparison:
    """Compare two systems query by query; position i of both sides is the same query.

    Queries undefined on either side are left out. The interval is that of `bootstrap_interval` over
    the differences. The p-value is that of the randomisation test for IR (Smucker, Allan and Carterette
    2007): if the two systems were one, each query's difference would be as likely with either sign.

    Raises:
        UnalignedQueries: When the two sides differ in length.
    """
    if len(system) != len(baseline):
        raise UnalignedQueries(
            f"{len(system)} values of the system, {len(baseline)} of the baseline; "
            "give one per query on both sides, None where a side has none"
        )
    differences = [
        ours - theirs
        for ours, theirs in zip(system, baseline, strict=True)
        if ours is not None and theirs is not None
    ]
    if not differences:
        return Comparison(difference=None, low=None, high=None, p_value=None, n_queries=0)
    interval = bootstrap_interval(differences, seed=seed, n_resamples=n_resamples)
    return Comparison(
        difference=fmean(differences),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        p_value=sign_flip_p_value(differences, seed=seed, n_resamples=n_resamples),
        n_queries=len(differences),
    )


def sign_flip_p_value(differences: Sequence[float], *, seed: int, n_resamples: int = N_RESAMPLES) -> float:
    """Return the share of sign assignments whose |sum| is at least the observed one.

    All 2^n assignments are enumerated up to 12 differences that are not zero; beyond, m random ones
    give (b + 1) / (m + 1), which is never 0 (Phipson and Smyth 2010). Depends on the differences and
    the seed, not on their order.
    """
    sample = np.sort(np.asarray(differences, dtype=np.float64))
    moving = sample[sample != 0.0]  # either sign of a zero is the same assignment
    # Sums that are equal on paper differ in their last bits; they must count as equal.
    observed = abs(moving.sum()) - 1e-12 * np.abs(moving).sum()
    if moving.size <= _MAX_EXACT:
        signs = np.array(list(product((-1.0, 1.0), repeat=moving.size)))
        return float(np.mean(np.abs(signs @ moving) >= observed))
    n_extreme = _count_extreme(moving, observed, np.random.default_rng(seed), n_resamples)
    return (n_extreme + 1) / (n_resamples + 1)


def _count_extreme(moving: FloatArray, observed: float, rng: np.random.Generator, n_resamples: int) -> int:
    n_extreme = 0
    for size in batch_sizes(n_resamples, moving.size):
        is_flipped = rng.integers(0, 2, size=(size, moving.size), dtype=np.int8)
        sums = moving.sum() - 2.0 * (is_flipped @ moving)
        n_extreme += int(np.count_nonzero(np.abs(sums) >= observed))
    return n_extreme


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return Holm's step-down adjusted p-values, in the order given (Holm 1979).

    With p_(1) <= ... <= p_(m): adjusted p_(j) = max_{i <= j} min(1, (m - i + 1) p_(i)). None stays
    None and is not counted in m: a comparison that is undefined tests nothing.
    """
    tested = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for step, (p, index) in enumerate(tested):
        highest = max(highest, min(1.0, (len(tested) - step) * p))
        adjusted[index] = highest
    return adjusted


def verdict(comparison: Comparison, p_holm: float | None, alpha: float = 0.05) -> Verdict:
    """Call a difference only where the interval excludes 0 and the adjusted p-value is below alpha.

    Either alone stays a tie: the interval is not corrected for the number of systems, and a p-value
    does not say by how much. Without an interval or a p-value the comparison is undefined.
    """
    if comparison.low is None or comparison.high is None or p_holm is None:
        return "undefined"
    if p_holm >= alpha or comparison.low <= 0.0 <= comparison.high:
        return "tie"
    return "better" if comparison.low > 0.0 else "worse"
