"""The confusion matrix, accuracy, and the accuracy of always giving the commonest grade."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from evalhub.core.agreement.figure import Figure, ratio
from evalhub.core.agreement.pairs import GradedPairs, query_codes
from evalhub.core.types import FloatArray, IntArray


class UnequalScales(ValueError):
    """Rater and gold grade on different scales, so that equal grades do not mean the same."""


def confusion_matrix(pairs: GradedPairs) -> IntArray:
    """Count pairs: int64 (rater_max + 1, gold_max + 1), rows the rater's grade, columns the gold grade."""
    sums = confusion_sums(pairs).sum(axis=0)
    return np.asarray(sums, dtype=np.int64).reshape(pairs.rater_max + 1, pairs.gold_max + 1)


def confusion_sums(pairs: GradedPairs) -> Any:
    """The confusion matrix of each query, flattened by rows: csr_array (n_queries, cells)."""
    codes, n_queries = query_codes(pairs.query_ids)
    n_columns = pairs.gold_max + 1
    cells = pairs.rater * n_columns + pairs.gold
    shape = (n_queries, (pairs.rater_max + 1) * n_columns)
    return csr_array((np.ones(pairs.n_pairs), (codes, cells)), shape=shape)


def square_sums(pairs: GradedPairs) -> Any:
    """As `confusion_sums`, for figures that need one scale.

    Raises:
        UnequalScales: the two scales differ.
    """
    if not pairs.has_equal_scales:
        raise UnequalScales(
            f"the rater grades 0..{pairs.rater_max} and gold is 0..{pairs.gold_max}; "
            "state a threshold on each side, or compare gains"
        )
    return confusion_sums(pairs)


def as_tables(sums: FloatArray, n_grades: int) -> FloatArray:
    """(n, n_grades ** 2) -> (n, n_grades, n_grades)."""
    return sums.reshape(-1, n_grades, n_grades)


def accuracy(pairs: GradedPairs) -> Figure:
    """The share of pairs with the gold grade.

    Raises:
        UnequalScales: the two scales differ.
    """
    n_grades = pairs.gold_max + 1

    def of(sums: FloatArray) -> FloatArray:
        return ratio(np.trace(as_tables(sums, n_grades), axis1=1, axis2=2), sums.sum(axis=1))

    return Figure(square_sums(pairs), of, pairs.n_pairs)


def majority_baseline(pairs: GradedPairs) -> Figure:
    """The accuracy of a rater that gives every pair the commonest gold grade: what accuracy must beat."""
    shape = (-1, pairs.rater_max + 1, pairs.gold_max + 1)

    def of(sums: FloatArray) -> FloatArray:
        gold = sums.reshape(shape).sum(axis=1)
        return ratio(gold.max(axis=1), gold.sum(axis=1))

    return Figure(confusion_sums(pairs), of, pairs.n_pairs)
