"""How well gains tell relevant pairs from others, whatever the threshold."""

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.stats import rankdata

from evalhub.core.agreement.figure import Figure, mean_of_sums, ratio
from evalhub.core.agreement.pairs import GradedPairs, query_codes
from evalhub.core.types import FloatArray, IntArray


def auc(pairs: GradedPairs, gains: FloatArray, gold_from: int) -> Figure:
    """The chance that a pair with gold >= gold_from has a higher gain than one below; a tie counts 1/2.

    The Mann-Whitney statistic over n_pos n_neg (Hanley and McNeil 1982, Radiology 143:29), over the
    pairs of all queries together. Undefined where either side has no pair.
    """
    codes, n_queries = query_codes(pairs.query_ids)
    values, places = np.unique(gains, return_inverse=True)
    is_positive = pairs.gold >= gold_from
    shape = (n_queries, values.size)
    below = _counts(codes[~is_positive], places[~is_positive], shape)
    above = _counts(codes[is_positive], places[is_positive], shape)
    return Figure(csr_array(hstack([below, above])), _auc_of_counts, pairs.n_pairs)


def query_auc(pairs: GradedPairs, gains: FloatArray, gold_from: int) -> Figure:
    """The mean over queries of the AUC within a query; queries with pairs on one side only are left out.

    What ranks need: a rater that is lenient to some queries loses in `auc` and not here.
    """
    codes, n_queries = query_codes(pairs.query_ids)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=n_queries))
    is_positive = pairs.gold >= gold_from
    sums = np.zeros((n_queries, 2))
    n_pairs = 0
    for query, members in enumerate(np.split(order, ends[:-1])):
        value = _auc(gains[members], is_positive[members])
        if value is not None:
            sums[query] = value, 1.0
            n_pairs += members.size
    return Figure(csr_array(sums), mean_of_sums, n_pairs)


def _counts(codes: IntArray, places: IntArray, shape: tuple[int, int]) -> csr_array:
    return csr_array((np.ones(codes.size), (codes, places)), shape=shape)


def _auc_of_counts(sums: FloatArray) -> FloatArray:
    """Counts below and above the threshold by gain, ascending: (n, 2 * n_gains) -> (n,)."""
    below, above = np.split(sums, 2, axis=1)
    n_below = below.sum(axis=1)
    n_won = (above * (np.cumsum(below, axis=1) - below / 2.0)).sum(axis=1)
    return ratio(n_won, n_below * above.sum(axis=1))


def _auc(gains: FloatArray, is_positive: np.ndarray) -> float | None:
    n_positive = int(np.count_nonzero(is_positive))
    n_negative = gains.size - n_positive
    if not n_positive or not n_negative:
        return None
    ranks = float(rankdata(gains)[is_positive].sum())
    return (ranks - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
