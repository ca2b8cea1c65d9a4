"""What would settle a gate rule that is undecided."""

from dataclasses import dataclass
from math import ceil

from evalhub.core.power import IntervalSeen, pooled_spread, queries_to_detect

MOST_QUERIES = 100_000
"""More than anybody asks: a number beyond it says the same as none."""

_ROUNDING = 1e-9  # 0.95 * 20 must not ask for a twentieth pair


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs a figure rests on.

    Attributes:
        is_by_people: what is missing are people's labels, and no grades of a machine.
    """

    n: int
    n_rated: int
    is_by_people: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """More queries, labels by people or grades by raters; None where that would not settle it.

    Attributes:
        in_words: the same, to end a reason with.
    """

    queries: int | None = None
    labels: int | None = None
    grades: int | None = None
    in_words: str = ""


NOTHING = Needs()


def needs_of_interval(value: float, low: float, high: float, threshold: float, n_queries: int) -> Needs:
    """How many more queries would take an interval to one side of a threshold.

    Counted as the sample size of a t test that finds the present distance from the threshold, at the present
    spread per query, in four of five cases (`evalhub.core.power`): were the interval only as narrow as the
    distance, every second try would miss.
    """
    spread = pooled_spread([IntervalSeen(low, high, n_queries)])
    wanted = queries_to_detect(value - threshold, spread) if spread is not None else None
    if wanted is None or wanted > MOST_QUERIES:
        return Needs(in_words="so close to it that no number of queries settles it; choose another threshold")
    more = max(1, wanted - n_queries)
    word = "query" if more == 1 else "queries"
    return Needs(queries=more, in_words=f"some {more:,} more {word} like these {n_queries:,} would settle it")


def needs_of_floor(pairs: Pairs, floor: float) -> Needs:
    """How many more graded pairs reach a coverage floor."""
    more = max(1, ceil(floor * pairs.n - _ROUNDING) - pairs.n_rated)
    who = "labels by people" if pairs.is_by_people else "grades by the rater"
    words = f"{more:,} more {who}, of {pairs.n - pairs.n_rated:,} missing, reach it"
    return Needs(labels=more, in_words=words) if pairs.is_by_people else Needs(grades=more, in_words=words)
