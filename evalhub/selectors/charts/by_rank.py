"""The mean grade at each rank."""

from typing import Any

from evalhub.models import RankGain
from evalhub.selectors.charts.values import ChartData


def by_rank_rows(chart: ChartData) -> list[dict[str, Any]]:
    """Mean gain in [0, 1] over the rated pairs at a rank; ranks without a rated pair are left out."""
    rows = chart.rows
    raters, systems = list(rows.rater_names), list(rows.system_names)
    found = RankGain.objects.filter(job=rows.campaign.score_job_id)
    ordered = sorted(
        found, key=lambda row: (raters.index(row.rater_version_id), systems.index(row.system_id), row.rank)
    )
    return [
        {
            "rater": rows.rater_names[row.rater_version_id],
            "system": rows.system_names[row.system_id],
            "rank": row.rank,
            "mean_gain": row.gain,
            "n_rated": row.n_rated,
        }
        for row in ordered
    ]
