"""How far a comparison is from what people would say, label by label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.replay.labels import Labels
from benchmarks.replay.orders import ORDERS, BoolArray, Pool
from benchmarks.replay.systems import contest
from evalhub.core.types import FloatArray, IntArray

NOISE = 1e-12
"""What is left of a sum of all errors taken away one by one."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Attributes:
    errors: by order, float64 (n_contests, n_labels + 1): mean absolute error over rater pairs after so many
        labels, 0 from where a pool is exhausted.
    differences: float64 (n_contests,): PWAS(A) - PWAS(B) by people.
    sizes: int64 (n_contests,), of the pools.
    overlaps: float64 (n_contests,).
    """

    errors: Mapping[str, FloatArray]
    differences: FloatArray
    sizes: IntArray
    overlaps: FloatArray

    def only(self, chosen: BoolArray) -> "Replay":
        """The contests of a mask."""
        errors = {name: curves[chosen] for name, curves in self.errors.items()}
        return Replay(errors, self.differences[chosen], self.sizes[chosen], self.overlaps[chosen])


def replay(labels: Labels, *, n_contests: int, n_raters: int, cutoff: int, seed: int) -> Replay:
    """Draw contests, and for each of them `n_raters` ordered rater pairs; ask for labels in every order."""
    rng = np.random.default_rng(seed)
    n_longest = 2 * cutoff * labels.n_queries
    errors: dict[str, list[FloatArray]] = {name: [] for name in ORDERS}
    found = [contest(labels, cutoff, rng) for _ in range(n_contests)]
    for one in found:
        first, second = _rater_pairs(len(labels.raters), n_raters, rng)
        gains = labels.raters[:, one.pairs]
        human = labels.human[one.pairs]
        pool = Pool(np.abs(one.difference), gains[first], gains[second], human)
        wrong = one.difference * (human - pool.first)
        for name, order in ORDERS.items():
            curve = error_curves(wrong, order(pool, rng)).mean(axis=0)
            errors[name].append(np.pad(curve, (0, n_longest + 1 - curve.size)))
    return Replay(
        {name: np.array(curves) for name, curves in errors.items()},
        np.array([one.difference @ labels.human[one.pairs] for one in found]),
        np.array([one.pairs.size for one in found]),
        np.array([one.overlap for one in found]),
    )


def error_curves(wrong: FloatArray, order: IntArray) -> FloatArray:
    """Absolute error of the difference after 0, 1, 2... labels.

    Args:
        wrong: float64 (n, n_pool), each pair's part of the error: (w_A - w_B) (human - rater).
        order: int64 (n, n_pool).

    Returns:
        float64 (n, n_pool + 1).
    """
    in_order = np.take_along_axis(wrong, order, axis=1)
    mended = np.concatenate([np.zeros((len(wrong), 1)), np.cumsum(in_order, axis=1)], axis=1)
    curves: FloatArray = np.abs(wrong.sum(axis=1, keepdims=True) - mended)
    return curves


def labels_needed(curve: FloatArray, target: float) -> int:
    """The number of labels from which on the error stays at the target or below."""
    above = np.flatnonzero(curve > target + NOISE)
    return int(above[-1]) + 1 if above.size else 0


def needed_of_random(errors: Mapping[str, FloatArray], name: str, steps: Sequence[int]) -> list[int]:
    """Labels that an order needs for the mean error that random order leaves after each of `steps`."""
    random, curve = errors["random"].mean(axis=0), errors[name].mean(axis=0)
    return [labels_needed(curve, random[step]) for step in steps]


def needed_intervals(
    found: Replay, name: str, steps: Sequence[int], *, seed: int, n_resamples: int = 1000
) -> list[tuple[float, float]]:
    """95% percentile intervals of labels needed / labels of random, resampling contests."""
    rng = np.random.default_rng(seed)
    n = found.sizes.size
    shares = rng.multinomial(n, np.full(n, 1 / n), size=n_resamples) / n
    random, curves = shares @ found.errors["random"], shares @ found.errors[name]
    ratios = np.array(
        [
            [labels_needed(curve, by_random[step]) / step for step in steps]
            for by_random, curve in zip(random, curves, strict=True)
        ]
    )
    low, high = np.quantile(ratios, [0.025, 0.975], axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _rater_pairs(n_raters: int, n_pairs: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Ordered pairs of different raters, without repeats: the score is the first's, the second disagrees."""
    all_pairs = np.argwhere(~np.eye(n_raters, dtype=bool))
    chosen = all_pairs[rng.permutation(len(all_pairs))[:n_pairs]]
    return chosen[:, 0], chosen[:, 1]
