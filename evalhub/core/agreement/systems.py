"""Whether a rater puts systems in the order in which people put them."""

import numpy as np
from scipy.sparse import csr_array

from evalhub.core.agreement.figure import Figure, ratio
from evalhub.core.types import FloatArray

_DECIMALS = 12  # means that are equal on paper differ in their last bits


def system_order(rater: FloatArray, gold: FloatArray) -> Figure:
    """Kendall's tau-b between the systems' means by rater and by gold; resampled over queries.

    tau_b = sum sgn(x_i - x_j) sgn(y_i - y_j) / sqrt(n_x n_y) over pairs of systems, n_x and n_y the pairs not
    tied on either side (Kendall 1945, Biometrika 33:239). Undefined where a side ties all systems.

    Args:
        rater, gold: a measure of each query and system, float64 (n_queries, n_systems), nan where it is
            undefined; a mean is over the queries where both are defined.
    """
    if rater.shape != gold.shape:
        raise ValueError(f"{rater.shape} values by the rater, {gold.shape} by gold; give the same queries")
    is_defined = ~(np.isnan(rater) | np.isnan(gold))
    filled = [np.where(is_defined, values, 0.0) for values in (rater, gold)]
    sums = csr_array(np.concatenate([*filled, is_defined.astype(np.float64)], axis=1))
    n_systems = rater.shape[1]
    return Figure(sums, _tau_of_sums, n_systems * (n_systems - 1) // 2)


def _tau_of_sums(sums: FloatArray) -> FloatArray:
    ours, theirs, n_queries = np.split(sums, 3, axis=1)
    x, y = (_signs(ratio(side, n_queries)) for side in (ours, theirs))
    untied = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    tau = ratio((x * y).sum(axis=1), untied)
    tau[(n_queries == 0).any(axis=1)] = np.nan
    return tau


def _signs(means: FloatArray) -> FloatArray:
    """(n, n_systems) -> sign of the difference of each pair of systems, (n, n_pairs)."""
    first, second = np.triu_indices(means.shape[1], k=1)
    rounded = np.round(np.nan_to_num(means), _DECIMALS)
    signs: FloatArray = np.sign(rounded[:, first] - rounded[:, second])
    return signs
