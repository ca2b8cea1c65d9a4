"""The one grade that stands for what several people said of a pair."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from evalhub.core.agreement.pairs import MISSING
from evalhub.core.types import FloatArray, IntArray

Rule = Literal["median", "majority", "strict"]
Consensus = Literal["majority", "median"]
RULES: tuple[Rule, ...] = get_args(Rule)


def consensus(grades: Sequence[int], rule: Rule) -> int | None:
    """The grade by a rule; None where `strict` finds people differ, or nobody said anything.

    The median of an even number is the lower of the middle two, and of commonest grades the lowest is taken,
    so that it is always a grade somebody gave.
    """
    if not grades:
        return None
    if rule == "strict":
        return grades[0] if len(set(grades)) == 1 else None
    if rule == "majority":
        return min(Counter(grades).items(), key=lambda item: (-item[1], item[0]))[0]
    return sorted(grades)[(len(grades) - 1) // 2]


def consensus_of(counts: FloatArray, rule: Consensus) -> IntArray:
    """The same for a table: (n_pairs, n_grades) of how often -> (n_pairs,), MISSING where nobody graded."""
    n_given = counts.sum(axis=1)
    if rule == "majority":
        chosen = counts.argmax(axis=1)
    else:
        chosen = (2.0 * np.cumsum(counts, axis=1) >= n_given[:, None]).argmax(axis=1)
    return np.where(n_given > 0, chosen, MISSING).astype(np.int64)
