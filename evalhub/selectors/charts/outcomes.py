"""Query by query: where a system wins, ties or loses, and by how much."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from evalhub.selectors.charts.values import ChartData, Values, compared_pairs

MOST_BINS = 60


def outcome_rows(chart: ChartData) -> list[dict[str, Any]]:
    """Queries won, tied and lost by each system against each baseline."""
    return [
        {"rater": rater, "system": system, "baseline": baseline, **_outcomes(differences)}
        for rater, system, baseline, differences in _differences(chart)
    ]


def spread_rows(chart: ChartData) -> list[dict[str, Any]]:
    """How many queries differ by how much, in bins of equal width that are symmetric about 0."""
    found = _differences(chart)
    widest = max((abs(value) for *_, differences in found for value in differences), default=0.0) or 1.0
    edges = _edges([value for *_, differences in found for value in differences], widest)
    return [
        {
            "rater": rater,
            "system": system,
            "baseline": baseline,
            "from": float(low),
            "to": float(high),
            "n_queries": int(count),
        }
        for rater, system, baseline, differences in found
        for low, high, count in zip(edges, edges[1:], np.histogram(differences, edges)[0], strict=False)
        if count
    ]


def _edges(differences: list[float], widest: float) -> npt.NDArray[np.float64]:
    """Bins as wide as Freedman and Diaconis (1981) have them, with an edge at 0."""
    spread = float(np.subtract(*np.percentile(differences, [75, 25]))) if differences else 0.0
    width = 2 * spread / max(len(differences), 1) ** (1 / 3)
    n_side = int(min(MOST_BINS / 2, max(1, np.ceil(widest / width)))) if width > 0 else MOST_BINS // 2
    return np.linspace(-widest, widest, 2 * n_side + 1)


def _differences(chart: ChartData) -> list[tuple[str, str, str, list[float]]]:
    return [
        (rater, system, baseline, _paired(systems[system], systems[baseline]))
        for rater, systems in chart.values.items()
        for system, baseline in compared_pairs(chart.rows, rater)
    ]


def _paired(system: Values, baseline: Values) -> list[float]:
    return [value - baseline[query] for query, value in system.items() if query in baseline]


def _outcomes(differences: list[float]) -> dict[str, int]:
    counts = Counter("wins" if value > 0 else "losses" if value < 0 else "ties" for value in differences)
    return {word: counts[word] for word in ("wins", "ties", "losses")}
