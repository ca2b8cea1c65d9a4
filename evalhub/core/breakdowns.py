"""A comparison query by query: won, tied, lost, and how far apart."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

MOST_BINS = 60
# Two sums of the same gains in another order must not count as a difference.
TIE = 1e-9

Bin = tuple[float, float, int]
"""From, to (both differences of a measure), and how many queries lie between."""


def paired_differences(
    system: Mapping[int, float | None], baseline: Mapping[int, float | None]
) -> list[float]:
    """Value of the system minus that of the baseline, for each query where both are defined."""
    both = ((value, baseline.get(query)) for query, value in system.items())
    return [mine - theirs for mine, theirs in both if mine is not None and theirs is not None]


def outcome_counts(differences: Sequence[float]) -> dict[str, int]:
    """How many queries the system wins, ties and loses."""
    counts = Counter("wins" if value > TIE else "losses" if value < -TIE else "ties" for value in differences)
    return {word: counts[word] for word in ("wins", "ties", "losses")}


def difference_bins(families: Sequence[Sequence[float]]) -> list[list[Bin]]:
    """Histograms over one set of bins, of equal width and symmetric about 0; empty bins are left out.

    Args:
        families: the differences of each pair of systems that is drawn beside the others.
    """
    together = [value for differences in families for value in differences]
    edges = _edges(together, max(map(abs, together), default=0.0) or 1.0)
    return [
        [
            (float(low), float(high), int(count))
            for low, high, count in zip(edges, edges[1:], np.histogram(values, edges)[0], strict=False)
            if count
        ]
        for values in families
    ]


def _edges(differences: Sequence[float], widest: float) -> npt.NDArray[np.float64]:
    """Bins as wide as Freedman and Diaconis (1981) have them, with an edge at 0."""
    spread = float(np.subtract(*np.percentile(differences, [75, 25]))) if differences else 0.0
    width = 2 * spread / max(len(differences), 1) ** (1 / 3)
    n_side = int(min(MOST_BINS / 2, max(1, np.ceil(widest / width)))) if width > 0 else MOST_BINS // 2
    return np.linspace(-widest, widest, 2 * n_side + 1)
