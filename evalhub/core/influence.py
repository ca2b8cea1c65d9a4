"""What a person's label of a pair could change: the order in which people are asked."""

from collections.abc import Sequence


def swing(weights: Sequence[float], n_systems: int) -> float:
    """The most that one gain's step from 0 to 1 moves the difference of two systems' scores.

    PWAS is linear in gains: settling a pair from gain a to gain b moves any difference of two systems by at
    most swing * |a - b|, and some difference by exactly that.

    Args:
        weights: of the pair in each list that has it within the cutoff: its position's weight over the sum
            of weights, over the number of queries.
        n_systems: of the campaign; where it is one, the swing is that of its score.
    """
    if not weights:
        return 0.0
    is_missed = len(weights) < n_systems or n_systems == 1
    return max(weights) - (0.0 if is_missed else min(weights))


def gap(gains: Sequence[float]) -> float | None:
    """The largest difference of two graders' gains, gold being one; None where fewer than two graded."""
    return max(gains) - min(gains) if len(gains) > 1 else None


def disagreement(largest_gap: float | None, uncertainty: float | None) -> float:
    """How much is open about a pair, in [0, 1]: the gap, else what the lone rater is unsure of, else 0."""
    if largest_gap is not None:
        return largest_gap
    return 0.0 if uncertainty is None else uncertainty
