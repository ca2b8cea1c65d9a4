"""Krippendorff's alpha: any number of raters, any of whose grades may be missing."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from evalhub.core.agreement.figure import Figure, ratio, sum_by_query
from evalhub.core.agreement.pairs import GradedPairs, check_scale, query_codes
from evalhub.core.types import FloatArray, IntArray

Level = Literal["nominal", "ordinal", "interval"]


def alpha(query_ids: Sequence[str], grades: IntArray, max_grade: int, level: Level = "ordinal") -> Figure:
    """alpha = 1 - D_o / D_e = 1 - (n - 1) sum o_ck d_ck^2 / sum n_c n_k d_ck^2.

    o_ck are the coincidences of grades c and k within pairs, n_c their margins, n the sum of those
    (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", sections C and D, with
    d^2 of each level in D). A pair with fewer than two grades has no part in it. Undefined where all grades
    are equal.

    Args:
        query_ids: (n_pairs,).
        grades: int64 (n_raters, n_pairs), MISSING where a rater gave none.
        max_grade: G of the scale 0..G.
        level: what distance between grades counts.

    Raises:
        GradeOffScale: a grade above G.
    """
    counts = grade_counts(grades, max_grade)
    n_given = counts.sum(axis=1)
    counted = n_given >= 2
    codes, n_queries = query_codes(query_ids)
    sums = sum_by_query(codes[counted], n_queries, _coincidences(counts[counted], n_given[counted]))
    n_grades = max_grade + 1

    def of(summed: FloatArray) -> FloatArray:
        return _alpha_of_coincidences(summed.reshape(-1, n_grades, n_grades), level)

    return Figure(sums, of, int(np.count_nonzero(counted)))


def alpha_of_pairs(pairs: GradedPairs, level: Level = "ordinal") -> Figure:
    """Alpha of a rater and gold, as if they were two raters; both grade on the longer of the two scales.

    Grade g must mean the same to both, so scales of different length make sense only where the shorter one
    is a part of the longer.
    """
    grades = np.stack([pairs.rater, pairs.gold])
    return alpha(pairs.query_ids, grades, max(pairs.rater_max, pairs.gold_max), level)


def grade_counts(grades: IntArray, max_grade: int) -> FloatArray:
    """How many raters gave each grade: (n_raters, n_pairs) -> float64 (n_pairs, max_grade + 1).

    Raises:
        GradeOffScale: a grade above max_grade, or below MISSING.
    """
    check_scale(grades, max_grade, "raters'", lowest=-1)
    return np.stack([(grades == grade).sum(axis=0) for grade in range(max_grade + 1)], axis=1).astype(float)


def _coincidences(counts: FloatArray, n_given: FloatArray) -> FloatArray:
    """Of each pair, flattened by rows: (n_pairs, n_grades ** 2)."""
    ordered = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    ordered[:, diagonal, diagonal] -= counts
    flat: FloatArray = (ordered / (n_given - 1.0)[:, None, None]).reshape(len(counts), counts.shape[1] ** 2)
    return flat


def _alpha_of_coincidences(coincidences: FloatArray, level: Level) -> FloatArray:
    margins = coincidences.sum(axis=2)
    squares = _squared_distances(margins, level)
    observed = (coincidences * squares).sum(axis=(1, 2))
    expected = (margins[:, :, None] * margins[:, None, :] * squares).sum(axis=(1, 2))
    return 1.0 - ratio((margins.sum(axis=1) - 1.0) * observed, expected)


def _squared_distances(margins: FloatArray, level: Level) -> FloatArray:
    """d_ck^2 for each row of margins (n, n_grades): (n, n_grades, n_grades)."""
    places = np.broadcast_to(np.arange(margins.shape[1], dtype=np.float64), margins.shape)
    if level == "ordinal":
        # sum_{g=c..k} n_g - (n_c + n_k) / 2 is the difference of the two grades' middle ranks.
        places = np.cumsum(margins, axis=1) - margins / 2.0
    squares = (places[:, :, None] - places[:, None, :]) ** 2
    return (squares > 0).astype(np.float64) if level == "nominal" else squares
