"""The human ceiling: how well people agree with each other where several graded a pair."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack

from evalhub.core.agreement.alpha import grade_counts
from evalhub.core.agreement.figure import Figure
from evalhub.core.agreement.kappa import kappa_of_tables
from evalhub.core.agreement.pairs import MISSING, query_codes
from evalhub.core.consensus import Consensus, consensus_of
from evalhub.core.types import FloatArray, IntArray


def pairwise_ceiling(query_ids: Sequence[str], grades: IntArray, max_grade: int) -> Figure:
    """Mean quadratic kappa over all twos of people who share pairs (Light 1971, Psychol. Bull. 76:365).

    Args:
        query_ids: (n_pairs,).
        grades: int64 (n_people, n_pairs), MISSING where a person gave none.
        max_grade: G of the scale 0..G.
    """
    return _mean_kappa(query_ids, list(combinations(grades, 2)), max_grade)


def leave_one_out_ceiling(
    query_ids: Sequence[str], grades: IntArray, max_grade: int, consensus: Consensus = "median"
) -> Figure:
    """Mean over people of the quadratic kappa of one against the consensus of the others.

    What a rater that is compared with a consensus can be held against.

    Args:
        query_ids: (n_pairs,).
        grades: int64 (n_people, n_pairs), MISSING where a person gave none.
        max_grade: G of the scale 0..G.
        consensus: which.
    """
    counts = grade_counts(grades, max_grade)
    offered = np.arange(max_grade + 1)
    sides = []
    for one in grades:
        others = counts - (one[:, None] == offered)
        sides.append((one, consensus_of(others, consensus)))
    return _mean_kappa(query_ids, sides, max_grade)


def _mean_kappa(
    query_ids: Sequence[str], sides: Sequence[tuple[IntArray, IntArray]], max_grade: int
) -> Figure:
    """The mean of the kappas that are defined, one for each two columns of grades."""
    codes, n_queries = query_codes(query_ids)
    n_grades = max_grade + 1
    shared = [(one != MISSING) & (other != MISSING) for one, other in sides]
    tables = [
        _tables(codes[both], one[both] * n_grades + other[both], n_queries, n_grades)
        for (one, other), both in zip(sides, shared, strict=True)
    ]
    n_pairs = int(np.count_nonzero(np.any(shared, axis=0))) if shared else 0
    sums = csr_array(hstack(tables)) if tables else csr_array((n_queries, n_grades**2))

    def of(summed: FloatArray) -> FloatArray:
        found = kappa_of_tables(summed.reshape(len(summed), -1, n_grades, n_grades), "quadratic")
        is_defined = ~np.isnan(found)
        total = np.where(is_defined, found, 0.0).sum(axis=1)
        n_defined = is_defined.sum(axis=1)
        return np.where(n_defined > 0, total / np.maximum(n_defined, 1), np.nan)

    return Figure(sums, of, n_pairs)


def _tables(codes: IntArray, cells: IntArray, n_queries: int, n_grades: int) -> Any:
    return csr_array((np.ones(codes.size), (codes, cells)), shape=(n_queries, n_grades**2))
