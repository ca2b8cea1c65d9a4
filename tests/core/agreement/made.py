"""Pairs for tests."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from evalhub.core.agreement.figure import Figure
from evalhub.core.agreement.pairs import GradedPairs
from evalhub.core.types import IntArray


def ints(*values: int) -> IntArray:
    """An array of grades."""
    return np.array(values, dtype=np.int64)


def pairs_of(
    rater: Sequence[int], gold: Sequence[int], max_grade: int = 3, query_ids: Sequence[str] | None = None
) -> GradedPairs:
    """Pairs on one scale; each pair has a query of its own unless `query_ids` says otherwise."""
    ids = query_ids or [f"q{n}" for n in range(len(rater))]
    return GradedPairs(ids, ints(*rater), ints(*gold), max_grade, max_grade)


def value_of(figure: Figure) -> float:
    """A figure that must be defined."""
    value = figure.value
    assert value is not None
    return value


def random_pairs(n_pairs: int, n_queries: int, seed: int, max_grade: int = 3) -> GradedPairs:
    """Pairs of a rater that is right half of the time."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, max_grade + 1, n_pairs)
    rater = np.where(rng.random(n_pairs) < 0.5, gold, rng.integers(0, max_grade + 1, n_pairs))
    ids = [f"q{n}" for n in rng.integers(0, n_queries, n_pairs)]
    return GradedPairs(ids, rater.astype(np.int64), gold.astype(np.int64), max_grade, max_grade)


GRADED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40).map(
    lambda rows: pairs_of([row[0] for row in rows], [row[1] for row in rows])
)
"""Any pairs on the scale 0..3."""
