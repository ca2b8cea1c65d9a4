"""How far scores moved since the previous campaign of a name, from stored scores alone."""

from dataclasses import dataclass

from evalhub.models import Campaign, Score
from evalhub.selectors.campaign_rows import CampaignRows


@dataclass(frozen=True, slots=True)
class Change:
    """A system's score less that of the system of its name before.

    Attributes:
        difference: None where either has no value.
        reason: why the two do not compare; empty where they do.
    """

    previous: Campaign
    difference: float | None
    reason: str = ""


def incomparable(now: CampaignRows, before: CampaignRows) -> str:
    """Why scores of two campaigns by their first raters are on different scales; empty where they are not."""
    ours, theirs = now.campaign, before.campaign
    if now.raters[0].rater_version_id != before.raters[0].rater_version_id:
        return "other rater version"
    if (ours.cutoff, ours.weights) != (theirs.cutoff, theirs.weights):
        return "other cutoff or weights"
    if ours.collection_version != theirs.collection_version:
        return "other version of the queries"
    return ""


def score_changes(now: CampaignRows, before: CampaignRows) -> dict[str, Change]:
    """By system name; systems that were not there before are left out."""
    previous = before.campaign
    if reason := incomparable(now, before):
        shared = set(now.system_names.values()) & set(before.system_names.values())
        return {name: Change(previous, None, reason) for name in shared}
    ours, theirs = first_scores(now), first_scores(before)
    return {
        name: Change(previous, _difference(score, theirs[name]))
        for name, score in ours.items()
        if name in theirs
    }


def first_scores(rows: CampaignRows) -> dict[str, Score]:
    """The first measure by the first rater, by system name."""
    first = rows.raters[0].rater_version_id if rows.raters else None
    names = rows.system_names
    found: dict[str, Score] = {}
    for score in rows.scores:
        if score.rater_version_id == first and score.rater_version_id is not None:
            found.setdefault(names[score.system_id], score)
    return found


def _difference(ours: Score, theirs: Score) -> float | None:
    return None if ours.value is None or theirs.value is None else ours.value - theirs.value
