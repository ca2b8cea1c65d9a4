"""What several people's grades of one pair come to."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

Settling = Literal["open", "settled", "differ", "unclear"]


class Settled(NamedTuple):
    """How a pair stands; `grade` where it is settled."""

    state: Settling
    grade: int | None = None


def settled(said: Sequence[int | None], n_wanted: int) -> Settled:
    """Return how a pair stands after people `said` grades, None being "cannot judge".

    Different grades differ as soon as there are two. Enough equal grades settle the pair, whatever number of
    others can not judge it; enough people of whom none can make it unclear; enough people of whom some can
    but too few is a difference too: whether it can be judged is then for a third person to say.
    """
    grades = [grade for grade in said if grade is not None]
    if len(set(grades)) > 1:
        return Settled("differ")
    if len(grades) >= n_wanted:
        return Settled("settled", grades[0])
    if len(said) < n_wanted:
        return Settled("open")
    return Settled("differ" if grades else "unclear")
