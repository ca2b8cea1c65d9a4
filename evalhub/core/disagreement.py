"""How far raters are apart on the pairs of one query."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import log
from statistics import fmean


def mean_difference(pairs: Iterable[Sequence[float | None]]) -> float | None:
    """Mean absolute difference of gains, over every two graders of every pair that both of them graded.

    Args:
        pairs: for each pair the gain of every grader, None where it gave none.

    Returns:
        0 where all agree, 1 where they could not be further apart; None where no two graded one pair.
    """
    found = [
        abs(first - second)
        for gains in pairs
        for first, second in combinations([gain for gain in gains if gain is not None], 2)
    ]
    return fmean(found) if found else None


def mean_entropy(distributions: Iterable[Sequence[float]]) -> float | None:
    """Mean entropy of a rater's grade probabilities, as a share of the entropy of knowing nothing.

    Args:
        distributions: for each pair the probability of every offered grade.

    Returns:
        0 where the rater is always certain, 1 where every grade is always as likely; None without pairs.
    """
    found = [share for probabilities in distributions if (share := entropy_share(probabilities)) is not None]
    return fmean(found) if found else None


def entropy_share(probabilities: Sequence[float]) -> float | None:
    """Entropy of the probabilities of every offered grade, as a share of the entropy of knowing nothing.

    Returns:
        0 where one grade is certain, 1 where all are as likely; None where there is no choice of grades.
    """
    if len(probabilities) < 2:
        return None
    return max(0.0, -sum(p * log(p) for p in probabilities if p > 0) / log(len(probabilities)))
