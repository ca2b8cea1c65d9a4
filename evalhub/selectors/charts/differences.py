"""Each difference of two systems with its interval."""

from typing import Any

from evalhub.selectors.charts.values import ChartData


def difference_rows(chart: ChartData) -> list[dict[str, Any]]:
    """The campaign's comparisons that are defined, raters first."""
    return [
        {
            **chart.pair(row),
            "measure": row.measure,
            "difference": row.difference,
            "low": row.low,
            "high": row.high,
            "p_holm": row.p_holm,
            "verdict": row.verdict,
        }
        for row in chart.comparisons
    ]
