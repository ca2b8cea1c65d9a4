"""Position weights: how much each rank of a list counts."""

from collections.abc import Callable

import numpy as np

from evalhub.core.suggest import did_you_mean
from evalhub.core.types import FloatArray

OFFERED = ("log2", "reciprocal", "geometric:P", "linear", "uniform")


class UnknownWeighting(ValueError):
    """The weighting is none of the offered ones, or its parameter is missing or out of range."""


def _log2(ranks: FloatArray) -> FloatArray:
    return 1.0 / np.log2(ranks + 1.0)


def _reciprocal(ranks: FloatArray) -> FloatArray:
    return 1.0 / ranks


def _linear(ranks: FloatArray) -> FloatArray:
    return ranks[::-1].copy()


_PLAIN: dict[str, Callable[[FloatArray], FloatArray]] = {
    "log2": _log2,
    "reciprocal": _reciprocal,
    "linear": _linear,
    "uniform": np.ones_like,
}


def position_weights(weighting: str, cutoff: int) -> FloatArray:
    """Return the weight of each rank i = 1..K, not normalised, float64 (cutoff,).

    `log2` is 1/log2(i+1), the discount of DCG (Järvelin and Kekäläinen 2002); `reciprocal` 1/i;
    `geometric:P` P^(i-1) with 0 < P <= 1, the user model of rank-biased precision (Moffat and Zobel
    2008); `linear` K+1-i; `uniform` 1.

    Raises:
        UnknownWeighting: For any other name, or a P that is missing or outside (0, 1].
        ValueError: For a cutoff below 1.
    """
    if cutoff < 1:
        raise ValueError(f"cutoff is {cutoff}; it counts ranks from the top, so give 1 or more")
    ranks = np.arange(1, cutoff + 1, dtype=np.float64)
    name, _, parameter = weighting.partition(":")
    if name == "geometric":
        powers: FloatArray = np.power(_persistence(weighting, parameter), ranks - 1.0)
        return powers
    if weighting not in _PLAIN:
        message = f'unknown weighting "{weighting}"; offered are {", ".join(OFFERED)}.'
        raise UnknownWeighting(message + did_you_mean(name, [*_PLAIN, "geometric"]))
    return _PLAIN[weighting](ranks)


def _persistence(weighting: str, parameter: str) -> float:
    try:
        persistence = float(parameter)
    except ValueError:
        persistence = float("nan")
    if not 0.0 < persistence <= 1.0:
        raise UnknownWeighting(
            f'weighting "{weighting}" needs a number above 0 and at most 1 after the colon: "geometric:0.8"'
        )
    return persistence
