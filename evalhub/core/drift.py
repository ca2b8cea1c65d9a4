"""Whether a rater grades the same pairs otherwise than it did."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from evalhub.core.compare import SEED, Comparison, compare_paired

N_RESAMPLES = 2_000
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Drift:
    """What two gradings of the same pairs say; means are over queries, each the mean of its pairs' gains.

    Attributes:
        agreement: share of pairs with the same grade both times.
        shift: of the gain, now - then, paired by query.
        gold_shift: of the distance to gold gains, over pairs that have gold; more is worse.
    """

    n_pairs: int
    n_queries: int
    agreement: float | None
    mean_then: float | None
    mean_now: float | None
    shift: Comparison
    gold_shift: Comparison


def drift(
    then: Mapping[Key, tuple[int, float]],
    now: Mapping[Key, tuple[int, float]],
    gold: Mapping[Key, float],
) -> Drift:
    """Compare the (grade, gain) of pairs that were graded both times.

    Args:
        then, now: by (query, document).
        gold: gains, by the same keys.
    """
    shared = sorted(then.keys() & now.keys())
    gains = [_by_query((key, side[key][1]) for key in shared) for side in (now, then)]
    labelled = [key for key in shared if key in gold]
    far = [_by_query((key, abs(side[key][1] - gold[key])) for key in labelled) for side in (now, then)]
    same = [then[key][0] == now[key][0] for key in shared]
    return Drift(
        n_pairs=len(shared),
        n_queries=len(gains[0]),
        agreement=sum(same) / len(same) if same else None,
        mean_then=fmean(gains[1]) if shared else None,
        mean_now=fmean(gains[0]) if shared else None,
        shift=_compared(gains),
        gold_shift=_compared(far),
    )


def is_beyond(found: Comparison, margin: float = 0.0) -> bool:
    """Whether the whole interval lies beyond the margin, on either side."""
    if found.low is None or found.high is None:
        return False
    return found.low > margin or found.high < -margin


def _by_query(values: Iterable[tuple[Key, float]]) -> list[float]:
    of: dict[str, list[float]] = defaultdict(list)
    for (query, _), value in values:
        of[query].append(value)
    return [fmean(of[query]) for query in sorted(of)]


def _compared(sides: list[list[float]]) -> Comparison:
    return compare_paired(sides[0], sides[1], seed=SEED, n_resamples=N_RESAMPLES)
