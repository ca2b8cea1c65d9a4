"""The scores of a schedule from one time to the next, with the alerts that they raised."""

from collections import defaultdict
from typing import Any

from evalhub.models import Alert, Campaign, Schedule
from evalhub.selectors.result.family import MOST_CAMPAIGNS
from evalhub.selectors.result.trend import Trend, trend_of, trend_rows


def schedule_trend(schedule: Schedule, rater: str = "") -> Trend:
    """The trend of a schedule's done campaigns, the latest 60, by the rater of that name or the first."""
    done = Campaign.objects.filter(schedule_run__schedule=schedule, state=Campaign.State.DONE)
    related = done.select_related("snapshot__corpus", "collection", "score_job")
    return trend_of(list(related.order_by("-created_at", "-pk")[:MOST_CAMPAIGNS])[::-1], rater)


def marked_rows(schedule: Schedule, trend: Trend) -> list[dict[str, Any]]:
    """A row per campaign and system, with what the alerts of its time say."""
    said: dict[int, list[str]] = defaultdict(list)
    alerts = Alert.objects.filter(schedule=schedule, run__campaign__isnull=False).order_by("pk")
    for campaign_id, kind, subject in alerts.values_list("run__campaign", "kind", "subject"):
        said[campaign_id].append(f"{kind} of {subject}")
    return [{**row, "alerts": "; ".join(said[row["campaign"]])} for row in trend_rows(trend)]
