"""The mean grade at each rank."""

from typing import Any

from django.db import connection

from evalhub.selectors.charts.values import ChartData

# Judgments hang on the digests of their texts, over which Django's ORM can not join.
_BY_RANK = """
SELECT j.rater_version_id, cs.system_id, h.rank, AVG(j.gain), COUNT(j.gain)
FROM evalhub_campaignsystem cs
JOIN evalhub_hit h ON h.run_id = cs.run_id AND h.rank <= %s
JOIN evalhub_query q ON q.id = h.query_id
JOIN evalhub_document d ON d.id = h.document_id
JOIN evalhub_campaignrater cr ON cr.campaign_id = cs.campaign_id
JOIN evalhub_judgment j ON j.rater_version_id = cr.rater_version_id
    AND j.query_digest = q.digest AND j.document_digest = d.digest AND j.repeat = 0 AND j.gain IS NOT NULL
WHERE cs.campaign_id = %s
GROUP BY j.rater_version_id, cs.system_id, h.rank
"""


def by_rank_rows(chart: ChartData) -> list[dict[str, Any]]:
    """Mean gain in [0, 1] over the rated pairs at a rank; ranks without a rated pair are left out."""
    rows = chart.rows
    with connection.cursor() as cursor:
        cursor.execute(_BY_RANK, [rows.campaign.cutoff, rows.campaign.pk])
        lines = cursor.fetchall()
    raters, systems = list(rows.rater_names), list(rows.system_names)
    ordered = sorted(lines, key=lambda line: (raters.index(line[0]), systems.index(line[1]), line[2]))
    return [
        {
            "rater": rows.rater_names[rater],
            "system": rows.system_names[system],
            "rank": rank,
            "mean_gain": float(gain),
            "n_rated": n_rated,
        }
        for rater, system, rank, gain, n_rated in ordered
    ]
