"""Whether a rater is lenient or strict."""

import numpy as np

from evalhub.core.agreement.confusion import UnequalScales
from evalhub.core.agreement.figure import Figure, mean_figure
from evalhub.core.agreement.pairs import GradedPairs
from evalhub.core.types import FloatArray


def bias_in_grades(pairs: GradedPairs) -> Figure:
    """Mean of rater's grade - gold grade; positive where the rater is lenient.

    Raises:
        UnequalScales: the two scales differ; compare gains.
    """
    if not pairs.has_equal_scales:
        raise UnequalScales(
            f"the rater grades 0..{pairs.rater_max} and gold is 0..{pairs.gold_max}; take the bias in gains"
        )
    return mean_figure(pairs.query_ids, (pairs.rater - pairs.gold).astype(np.float64))


def bias_in_gains(pairs: GradedPairs, gains: FloatArray) -> Figure:
    """Mean of rater's gain - gold grade / G; scales may differ.

    Args:
        pairs: their gold grades count, not the rater's.
        gains: the rater's, in [0, 1], float64 (n_pairs,).
    """
    return mean_figure(pairs.query_ids, gains - pairs.gold / pairs.gold_max)
