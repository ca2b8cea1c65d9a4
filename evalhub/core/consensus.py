"""The one grade that stands for what several people said of a pair."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

Rule = Literal["median", "majority", "strict"]
RULES: tuple[Rule, ...] = get_args(Rule)


def consensus(grades: Sequence[int], rule: Rule) -> int | None:
    """The grade by a rule; None where `strict` finds people differ, or nobody said anything.

    The median of an even number is the lower of the middle two, and of commonest grades the lowest is taken,
    so that it is always a grade somebody gave. `agreement.humans.consensus_of` does the same for tables.
    """
    if not grades:
        return None
    if rule == "strict":
        return grades[0] if len(set(grades)) == 1 else None
    if rule == "majority":
        return min(Counter(grades).items(), key=lambda item: (-item[1], item[0]))[0]
    return sorted(grades)[(len(grades) - 1) // 2]
