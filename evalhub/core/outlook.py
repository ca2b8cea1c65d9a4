"""What becomes of a verdict under another rater: it stays, may flip, would flip."""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Literal, TypeVar

from scipy.special import stdtrit

from evalhub.core.preview import Estimate

Outlook = Literal["stays", "may flip", "would flip", "undefined"]
Direction = Literal["better", "worse", "tie", "undefined"]
DIRECTIONS: tuple[Direction, ...] = ("worse", "tie", "better")
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Known:
    """A figure as a campaign stores it, with its interval over queries."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Projected:
    """The same figure under the new rater.

    Attributes:
        value: the estimate.
        below, above: how far an interval over queries would reach, had all pairs been graded.
        reach: how far the value of all pairs may lie from the estimate, 95%.
        sampling_error: the standard error that `reach` is made of.
    """

    value: float
    below: float
    above: float
    reach: float
    sampling_error: float

    @property
    def low(self) -> float:
        """The lower end of the 95% interval over queries and over samples."""
        return self.value - hypot(self.below, self.reach)

    @property
    def high(self) -> float:
        """The upper end."""
        return self.value + hypot(self.above, self.reach)


def project(known: Known, old_variance: float, found: Estimate, n_queries: int) -> Projected:
    """Carry the stored interval over to the new value.

    It keeps its shape and grows or shrinks as the standard error over queries does; so a rater that changes
    nothing changes no interval. Where the old values do not vary at all it is that of Student's t.

    Args:
        known: the stored figure.
        old_variance: of its mean over queries; see `evalhub.core.preview.query_variance`.
        found: the figure under the new rater.
        n_queries: of both.
    """
    if old_variance > 0.0:
        grown = sqrt(found.query_variance / old_variance)
        below, above = (known.value - known.low) * grown, (known.high - known.value) * grown
    else:
        below = above = float(stdtrit(n_queries - 1, 0.975)) * sqrt(found.query_variance)
    # The stored value is the mean of the same queries, up to rounding; only the change is estimated.
    return Projected(found.value, below, above, found.sampling_reach, found.sampling_error)


def direction_at(value: float, projected: Projected, strictness: float = 1.0) -> Direction:
    """The verdict of a difference of this size, its interval over queries alone."""
    if value - projected.below * strictness > 0.0:
        return "better"
    return "worse" if value + projected.above * strictness < 0.0 else "tie"


def strictness_of(known: Known, verdict: str) -> float:
    """How much wider than its interval a tie is kept: 1, or more where Holm's correction made it a tie."""
    reach = known.value - known.low if known.value > 0.0 else known.high - known.value
    if verdict != "tie" or known.low <= 0.0 <= known.high or reach <= 0.0:
        return 1.0
    return abs(known.value) / reach


def outlook_of(
    now: Said, projected: Projected, judge: Callable[[float], Said], order: tuple[Said, ...]
) -> tuple[Said, Outlook]:
    """What the verdict is at the estimate, and whether it could be another.

    It stays where every value within `reach` gives the verdict of now, would flip where none does, else it
    may flip.

    Args:
        now: the verdict as it is; one of `order`.
        projected: the figure under the new rater.
        judge: the verdict of a value; rises with it.
        order: all verdicts, rising.
    """
    ends = [order.index(judge(projected.value + side * projected.reach)) for side in (-1.0, 1.0)]
    return judge(projected.value), _between(order.index(now), min(ends), max(ends))


def _between(now: int, lowest: int, highest: int) -> Outlook:
    if lowest == now == highest:
        return "stays"
    return "may flip" if lowest <= now <= highest else "would flip"
