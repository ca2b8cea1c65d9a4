"""The score within each query tag."""

from typing import Any

from evalhub.models import SegmentScore
from evalhub.selectors.charts.values import ChartData


def segment_rows(chart: ChartData) -> list[dict[str, Any]]:
    """Mean and 95% interval of each system over the queries of a tag; the tags with most queries first."""
    rows = chart.rows
    raters = [*rows.rater_names, None]
    found = list(SegmentScore.objects.filter(job=rows.campaign.score_job_id).order_by("pk"))
    # As they were stored: the tags with most queries come first.
    tags = {tag: at for at, tag in enumerate(dict.fromkeys(row.tag for row in found))}
    found.sort(key=lambda row: (raters.index(row.rater_version_id), tags[row.tag], row.pk))
    return [
        {
            "rater": rows.rater_name(row.rater_version_id),
            "tag": row.tag,
            "system": rows.system_names[row.system_id],
            "value": row.value,
            "low": row.low,
            "high": row.high,
            "n_queries": row.n_queries,
        }
        for row in found
    ]
