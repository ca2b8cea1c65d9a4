"""Orders in which people could be asked for the pairs of a pool.

Every order is int64 (n_rater_pairs, n_pool): places in the pool, first asked first, ties at random.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.replay.labels import MAX_GRADE
from evalhub.core.types import FloatArray, IntArray

BoolArray = npt.NDArray[np.bool_]

STEP = 1 / MAX_GRADE
"""The gain of one grade: what two raters who agree may both be off by."""

LEARN_AT = (25, 50, 100, 200, 300)
"""Labels after which the learnt order looks at what it has learned."""
PRIOR = 10.0
"""Labels that the expectation from before counts as."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What is known of a pool before anybody is asked, and what people would say.

    Attributes:
        swing: float64 (n_pool,), |w_A - w_B|.
        first, second: float64 (n_rater_pairs, n_pool), gains of the two raters.
        human: float64 (n_pool,).
    """

    swing: FloatArray
    first: FloatArray
    second: FloatArray
    human: FloatArray

    @property
    def gap(self) -> FloatArray:
        """The two raters' disagreement."""
        return np.abs(self.first - self.second)


def by_learning(pool: Pool, rng: np.random.Generator) -> IntArray:
    """By swing x how wrong the first rater was so far where the two gave such grades (root mean square)."""
    before = (pool.gap + STEP) ** 2
    cells = _cells(pool)
    wrong = (pool.human - pool.first) ** 2
    asked = np.zeros(pool.first.shape, dtype=bool)
    n_pool = pool.swing.size
    expected, n_asked = before, 0
    parts: list[IntArray] = []
    for upto in (*LEARN_AT, n_pool):
        n_more = min(upto, n_pool) - n_asked
        if n_more <= 0:
            continue
        key = np.where(asked, -1.0, pool.swing * np.sqrt(expected))
        parts.append(_falling(key, rng)[:, :n_more])
        np.put_along_axis(asked, parts[-1], True, axis=1)
        n_asked += n_more
        expected = (PRIOR * before + _sums(cells, asked, wrong)) / (
            PRIOR + _sums(cells, asked, np.ones_like(wrong))
        )
    return np.concatenate(parts, axis=1)


def _cells(pool: Pool) -> IntArray:
    """A number for every rater pair and every two grades."""
    first = np.rint(pool.first * MAX_GRADE).astype(np.int64)
    second = np.rint(pool.second * MAX_GRADE).astype(np.int64)
    n_grades = MAX_GRADE + 1
    return first * n_grades + second + n_grades**2 * np.arange(len(first))[:, None]


def _sums(cells: IntArray, asked: BoolArray, values: FloatArray) -> FloatArray:
    """Of the values asked for so far, by cell, at every place."""
    sums = np.bincount(cells[asked], values[asked], minlength=int(cells.max()) + 1)
    return sums[cells].astype(np.float64)


def _falling(key: FloatArray, rng: np.random.Generator) -> IntArray:
    """Places by falling key, ties at random."""
    return np.lexsort((rng.random(key.shape), -key), axis=1)


ORDERS: dict[str, Callable[[Pool, np.random.Generator], IntArray]] = {
    "random": lambda pool, rng: _falling(np.zeros(pool.first.shape), rng),
    "gap": lambda pool, rng: _falling(pool.gap, rng),
    "influence": lambda pool, rng: _falling(pool.swing * (pool.gap + STEP), rng),
    "swing x gap": lambda pool, rng: _falling(pool.swing * pool.gap, rng),
    "swing": lambda pool, rng: _falling(np.broadcast_to(pool.swing, pool.first.shape), rng),
    "learnt": by_learning,
    "knowing the errors": lambda pool, rng: _falling(pool.swing * np.abs(pool.human - pool.first), rng),
}
"""By name: the first three are the product's; the next were tried beside them; the last nobody can have."""
