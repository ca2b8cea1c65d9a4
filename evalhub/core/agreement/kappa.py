"""Cohen's kappa: agreement beyond what the two sides' habits would give by chance."""

from typing import Literal

import numpy as np

from evalhub.core.agreement.confusion import as_tables, square_sums
from evalhub.core.agreement.figure import Figure, ratio
from evalhub.core.agreement.pairs import GradedPairs
from evalhub.core.types import FloatArray

KappaWeights = Literal["none", "linear", "quadratic"]
_POWERS = {"linear": 1, "quadratic": 2}


def kappa(pairs: GradedPairs, weights: KappaWeights = "none") -> Figure:
    """kappa = 1 - sum v_ij o_ij / sum v_ij e_ij, with e_ij of the product of the two margins.

    v_ij is [i != j] (Cohen 1960, Educational and Psychological Measurement 20:37, eq. 1), or |i - j| or
    (i - j)^2 (weighted kappa, Cohen 1968, Psychological Bulletin 70:213). Undefined where both sides give
    every pair the same one grade.

    Raises:
        UnequalScales: the two scales differ.
    """
    n_grades = pairs.gold_max + 1

    def of(sums: FloatArray) -> FloatArray:
        return kappa_of_tables(as_tables(sums, n_grades), weights)

    return Figure(square_sums(pairs), of, pairs.n_pairs)


def binary_kappa(pairs: GradedPairs, rater_from: int, gold_from: int | None = None) -> Figure:
    """Cohen's kappa of "at least this grade".

    Args:
        pairs: graded on any two scales.
        rater_from: the lowest grade of the rater that counts as 1.
        gold_from: the lowest gold grade that counts as 1; None is the same as the rater's.

    Raises:
        ValueError: a threshold that splits no scale, or only one threshold for two different scales.
    """
    if gold_from is None and not pairs.has_equal_scales:
        raise ValueError("the scales differ; state a threshold of the gold grades too")
    gold_from = rater_from if gold_from is None else gold_from
    if not (1 <= rater_from <= pairs.rater_max and 1 <= gold_from <= pairs.gold_max):
        raise ValueError(
            f"thresholds {rater_from}:{gold_from}; the rater's must be in 1..{pairs.rater_max}, "
            f"that of gold in 1..{pairs.gold_max}"
        )
    return kappa(pairs.binarised(rater_from, gold_from))


def kappa_of_tables(tables: FloatArray, weights: KappaWeights) -> FloatArray:
    """Return kappa of each confusion matrix, float64 (..., n_grades, n_grades) -> (...), nan: undefined."""
    weighting = disagreement_weights(tables.shape[-1], weights)
    observed = (tables * weighting).sum(axis=(-1, -2))
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    expected = ratio(((rows @ weighting) * columns).sum(axis=-1), tables.sum(axis=(-1, -2)))
    return 1.0 - ratio(observed, np.nan_to_num(expected))


def disagreement_weights(n_grades: int, weights: KappaWeights) -> FloatArray:
    """v_ij: float64 (n_grades, n_grades), 0 on the diagonal."""
    grades = np.arange(n_grades, dtype=np.float64)
    distance = np.abs(grades[:, None] - grades[None, :])
    return (distance > 0).astype(np.float64) if weights == "none" else distance ** _POWERS[weights]
