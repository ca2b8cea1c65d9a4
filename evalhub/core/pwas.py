"""The position-weighted average score (PWAS) of one ranked list, with its exact bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from evalhub.core.types import FloatArray


class GainOutOfRange(ValueError):
    """A gain is not a number in [0, 1]."""


@dataclass(frozen=True, slots=True)
class ListScore:
    """PWAS of one list: the estimate, the bounds over what is unrated, and the counts of pairs."""

    value: float | None
    lower: float
    upper: float
    n_hits: int
    n_rated: int


def score_list(gains: Sequence[float | None], weights: FloatArray) -> ListScore:
    """Score the gains of one query's hits in rank order (None = unrated), at most K = len(weights) of them.

    With every hit rated, PWAS@K = sum_i w_i s_i / sum_{i=1..K} w_i: the denominator is fixed by K, so
    a short list gets zeros for what it did not return, and a list without hits scores 0.

    With unrated hits, `lower` and `upper` give all of them 0 and 1 over the full denominator: no
    grades can lead outside. `value` takes their weight out of the denominator instead; positions
    beyond the end of a short list stay in, since those zeros are known. A list whose hits carry no
    rated weight has no estimate (None): its length alone says nothing about its quality, and neither
    0 nor the ratio over the known zeros would be honest. `lower <= value <= upper` always holds.

    Args:
        gains: Gains in [0, 1].
        weights: Weights by rank, float64 (K,), as from `position_weights`.

    Raises:
        GainOutOfRange: For a gain outside [0, 1] or not a number.
    """
    by_rank: list[float] = weights.tolist()
    hits = list(zip(gains, by_rank, strict=False))
    rated = [
        (_checked(gain, rank), weight) for rank, (gain, weight) in enumerate(hits, 1) if gain is not None
    ]
    unrated = [weight for gain, weight in hits if gain is None]
    # fsum rounds once, so the score is exactly monotone in every gain and the bounds never cross.
    earned = [gain * weight for gain, weight in rated]
    total = fsum(by_rank)
    lower, upper = fsum(earned) / total, fsum(earned + unrated) / total
    value = None
    if not hits or fsum(weight for _, weight in rated) > 0.0:
        rated_total = fsum([*by_rank, *(-weight for weight in unrated)])
        value = min(fsum(earned) / rated_total, upper)
    return ListScore(value, lower, upper, n_hits=len(hits), n_rated=len(rated))


def _checked(gain: float, rank: int) -> float:
    if not 0.0 <= gain <= 1.0:
        raise GainOutOfRange(
            f"the gain at rank {rank} is {gain}; gains lie in [0, 1]: divide grades by the highest grade"
        )
    return gain
