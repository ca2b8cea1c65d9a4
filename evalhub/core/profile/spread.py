"""How numbers such as lengths are spread: a few figures and a histogram small enough for a page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil, log10
from typing import Any

import numpy as np

N_BINS = 30
# Beyond it the last bin takes all: one book among sentences must not make a histogram of one bar.
TAIL_QUANTILE = 0.98
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of whole numbers >= 0: `bins` are (from, to, n) with from <= value < to; the last holds all above.

    Quantiles are values that occur: the smallest that at least that share does not exceed.
    """

    n: int
    mean: float
    smallest: int
    median: int
    p95: int
    largest: int
    bins: tuple[tuple[int, int, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON types."""
        return asdict(self)


def spread(values: Sequence[int]) -> Spread | None:
    """Describe numbers; None where there are none."""
    if not values:
        return None
    sorted_values = np.sort(np.asarray(values, dtype=np.int64))
    median, p95, tail = (
        int(np.quantile(sorted_values, share, method="inverted_cdf")) for share in (0.5, 0.95, TAIL_QUANTILE)
    )
    return Spread(
        n=len(sorted_values),
        mean=float(sorted_values.mean()),
        smallest=int(sorted_values[0]),
        median=median,
        p95=p95,
        largest=int(sorted_values[-1]),
        bins=_bins(sorted_values, tail),
    )


def _bins(sorted_values: "np.typing.NDArray[np.int64]", tail: int) -> tuple[tuple[int, int, int], ...]:
    """Bins of one round width from 0 until all but the tail are in."""
    width = _round_up(max(1.0, (tail + 1) / N_BINS))
    n_bins = tail // width + 1
    places = np.minimum(sorted_values // width, n_bins - 1)
    counts = np.bincount(places, minlength=n_bins)
    return tuple((at * width, (at + 1) * width, int(n)) for at, n in enumerate(counts))


def _round_up(width: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ..."""
    magnitude: int = 10 ** int(log10(width))
    return next(step * magnitude for step in _STEPS if ceil(width) <= step * magnitude)
