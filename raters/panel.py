"""Several raters as one: how the members' outcomes for a pair become the panel's. No call is made.

A panel decides where more than half of its members rated the pair; the others are left out. With n members
that rated it:

- median: of the grades and, apart from it, of the gains. Of an even number the lower of the middle two, so
  that both are always something a member said; with two members that is the lower one.
- mean: of the gains; the grade is the offered one that is nearest, of two equally near the lower.
- majority: the grade most members gave; of several equally frequent ones their lower median. The gain is
  that grade over G: a vote counts grades and knows no shades.

Probabilities are averaged where all who rated the pair give them, and None otherwise.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, median_low

from raters.protocol import Outcome, Rated, Reason, Unrated, Usage

# Beyond them is noise of adding up fractions such as 1/3, which must not decide a tie.
_DIGITS = 9
_Decision = tuple[int, float]


def combine(rule: str, outcomes: Mapping[str, Outcome], max_grade: int) -> Outcome:
    """Decide a pair.

    Args:
        rule: one of RULES.
        outcomes: of the pair, by the members' names.
        max_grade: G of the scale that all members share.
    """
    rated = {name: one for name, one in sorted(outcomes.items()) if isinstance(one, Rated)}
    said = _said(outcomes)
    if 2 * len(rated) <= len(outcomes):
        detail = f"{len(rated)} of {len(outcomes)} members rated this pair, which is no majority: {said}"
        return Unrated(Reason.NO_QUORUM, detail, "", Usage())
    grade, gain = RULES[rule](list(rated.values()), max_grade)
    return Rated(grade, gain, _probabilities(list(rated.values())), f"{rule} of {said}", "", Usage())


def _median(rated: Sequence[Rated], max_grade: int) -> _Decision:
    return median_low(one.grade for one in rated), median_low(one.gain for one in rated)


def _mean(rated: Sequence[Rated], max_grade: int) -> _Decision:
    gain = min(max(fmean(one.gain for one in rated), 0.0), 1.0)
    return math.ceil(round(gain * max_grade, _DIGITS) - 0.5), gain


def _majority(rated: Sequence[Rated], max_grade: int) -> _Decision:
    votes = Counter(one.grade for one in rated)
    most = max(votes.values())
    grade = median_low(grade for grade, n_votes in votes.items() if n_votes == most)
    return grade, grade / max_grade


RULES: dict[str, Callable[[Sequence[Rated], int], _Decision]] = {
    "median": _median,
    "mean": _mean,
    "majority": _majority,
}


def _probabilities(rated: Sequence[Rated]) -> tuple[float, ...] | None:
    given = [one.probabilities for one in rated if one.probabilities is not None]
    if len(given) < len(rated):
        return None
    return tuple(fmean(column) for column in zip(*given, strict=True))


def _said(outcomes: Mapping[str, Outcome]) -> str:
    """What each member said: "judge 3, local unrated (refused: the model refused)"."""
    return ", ".join(f"{name} {_said_by(outcome)}" for name, outcome in sorted(outcomes.items()))


def _said_by(outcome: Outcome) -> str:
    if isinstance(outcome, Rated):
        return str(outcome.grade)
    detail = f": {outcome.detail}" if outcome.detail else ""
    return f"unrated ({outcome.reason.value}{detail})"
