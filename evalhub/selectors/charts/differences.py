"""Each difference of two systems with its interval."""

from typing import Any

from evalhub.core.concordance import GOLD_LABELS
from evalhub.selectors.charts.values import ChartData


def difference_rows(chart: ChartData) -> list[dict[str, Any]]:
    """The campaign's comparisons that are defined, raters first."""
    rows = chart.rows
    found = [
        {
            "rater": rows.rater_names[row.rater_version_id] if row.rater_version_id else GOLD_LABELS,
            "measure": row.measure,
            "system": rows.system_names[row.system_id],
            "baseline": rows.system_names[row.baseline_id],
            "difference": row.difference,
            "low": row.low,
            "high": row.high,
            "p_holm": row.p_holm,
            "verdict": row.verdict,
        }
        for row in rows.comparisons
        if row.difference is not None
    ]
    return sorted(found, key=lambda row: row["rater"] == GOLD_LABELS)
