"""What quality costs: each system's score against its size and its speed."""

from typing import Any

from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.charts.values import ChartData
from evalhub.selectors.profiles import Profile, system_profiles

COSTS = {
    "index_bytes": "index size, MB",
    "query_ms_p95": "query time (95%), ms",
    "embed_s_per_1k": "embedding 1,000 documents, s",
}
_SCALE = {"index_bytes": 1e-6}


def frontier_rows(chart: ChartData) -> list[dict[str, Any]]:
    """A row per rater, cost and system; dominated is one that another beats at no more cost."""
    rows = chart.rows
    profiles = system_profiles(rows)
    return [
        {**point, "is_dominated": _is_dominated(point, points)}
        for rater_id, rater in rows.rater_names.items()
        for key, label in COSTS.items()
        for points in [_points(rows, rater_id, rater, key, label, profiles)]
        for point in points
    ]


def _points(
    rows: CampaignRows, rater_id: int, rater: str, key: str, label: str, profiles: dict[int, Profile]
) -> list[dict[str, Any]]:
    first = next((score.measure for score in rows.scores if score.rater_version_id == rater_id), None)
    scores = [s for s in rows.scores if (s.rater_version_id, s.measure) == (rater_id, first)]
    return [
        {
            "rater": rater,
            "cost_of": label,
            "system": rows.system_names[score.system_id],
            "cost": cost * _SCALE.get(key, 1.0),
            "value": score.value,
            "low": score.low,
            "high": score.high,
        }
        for score in scores
        if score.value is not None and (cost := profiles[score.system_id].get(key)) is not None
    ]


def _is_dominated(point: dict[str, Any], points: list[dict[str, Any]]) -> bool:
    """By the scores as they are: an interval may still hold both systems."""
    return any(
        other["value"] >= point["value"]
        and other["cost"] <= point["cost"]
        and (other["value"], other["cost"]) != (point["value"], point["cost"])
        for other in points
    )
