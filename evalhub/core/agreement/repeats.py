"""Whether a rater says the same thing twice."""

from collections.abc import Sequence

import numpy as np

from evalhub.core.agreement.alpha import grade_counts
from evalhub.core.agreement.figure import Figure, mean_figure
from evalhub.core.types import FloatArray, IntArray


def exact_repeats(query_ids: Sequence[str], grades: IntArray, max_grade: int) -> Figure:
    """The chance that two repeats of a pair have the same grade; pairs graded once are left out.

    Args:
        query_ids: (n_pairs,).
        grades: int64 (n_repeats, n_pairs), MISSING where a repeat has none.
        max_grade: G of the scale 0..G.
    """
    n_grades = max_grade + 1
    return _mean_over_repeats(query_ids, grades, max_grade, np.eye(n_grades))


def repeat_distance(query_ids: Sequence[str], grades: IntArray, max_grade: int) -> Figure:
    """The mean absolute difference of two repeats of a pair, in grades; arguments as `exact_repeats`."""
    offered = np.arange(max_grade + 1, dtype=np.float64)
    distances = np.abs(offered[:, None] - offered[None, :])
    return _mean_over_repeats(query_ids, grades, max_grade, distances)


def _mean_over_repeats(
    query_ids: Sequence[str], grades: IntArray, max_grade: int, worth: FloatArray
) -> Figure:
    """Mean over pairs of the mean `worth` of two different repeats of it, in either order."""
    counts = grade_counts(grades, max_grade)
    n_given = counts.sum(axis=1)
    repeated = n_given >= 2
    counts, n_given = counts[repeated], n_given[repeated]
    with_itself = counts @ np.diag(worth)
    total = ((counts @ worth) * counts).sum(axis=1) - with_itself
    ids = [query_id for query_id, is_in in zip(query_ids, repeated, strict=True) if is_in]
    return mean_figure(ids, total / (n_given * (n_given - 1.0)))
