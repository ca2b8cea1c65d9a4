"""Query by query: where a system wins, ties or loses, and by how much."""

from typing import Any

from evalhub.models import DifferenceBin
from evalhub.selectors.charts.values import ChartData


def outcome_rows(chart: ChartData) -> list[dict[str, Any]]:
    """Queries won, tied and lost by each system against each baseline."""
    return [
        {**chart.pair(row), "wins": row.n_wins, "ties": row.n_ties, "losses": row.n_losses}
        for row in chart.comparisons
    ]


def spread_rows(chart: ChartData) -> list[dict[str, Any]]:
    """How many queries differ by how much, in bins of equal width that are symmetric about 0."""
    comparisons = {row.pk: row for row in chart.comparisons}
    order = {key: at for at, key in enumerate(comparisons)}
    bins = list(DifferenceBin.objects.filter(comparison__in=comparisons).order_by("start"))
    bins.sort(key=lambda row: order[row.comparison_id])
    return [
        {
            **chart.pair(comparisons[row.comparison_id]),
            "from": row.start,
            "to": row.end,
            "n_queries": row.n_queries,
        }
        for row in bins
    ]
