"""What changed since an earlier campaign of the same name, paired query by query."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalhub.core.concordance import GOLD_LABELS
from evalhub.models import Campaign, Score
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.result.family import done_family, scored_rows
from evalhub.selectors.result.input_changes import InputChange, input_changes
from evalhub.selectors.result.moved_documents import Moved, moved_documents, moved_queries
from evalhub.selectors.result.paired import (
    MovedQuery,
    SystemChange,
    Values,
    furthest_queries,
    n_shared_queries,
    paired_values,
    system_changes,
)


@dataclass(frozen=True, slots=True)
class Changes:
    """A campaign against an earlier one.

    Attributes:
        reason: why scores were not compared; empty where they were.
        is_same: both have the same scores, from the same inputs.
        n_shared: queries that stayed as they were.
    """

    before: Campaign
    rater: str
    raters: Sequence[str]
    measure: str
    inputs: Sequence[InputChange]
    documents: Moved | None
    queries: Moved | None
    reason: str
    is_same: bool
    n_shared: int
    systems: Sequence[SystemChange]
    moved: Sequence[MovedQuery]


def earlier_campaigns(campaign: Campaign) -> list[Campaign]:
    """The done campaigns of its name before it, newest first."""
    rows = [one for one in done_family(campaign) if one.created_at < campaign.created_at]
    return rows[::-1]


def campaign_changes(campaign: Campaign, before: Campaign, rater: str = "") -> Changes:
    """What changed by the rater of that name, or by the first that both campaigns have."""
    ours, theirs = scored_rows([campaign, before])
    raters = _shared_raters(ours, theirs)
    chosen = rater if rater in raters else next(iter(raters), "")
    inputs = input_changes(ours, theirs)
    is_same = campaign.score_job_id == before.score_job_id
    reason = "" if is_same else _reason(inputs, chosen)
    scores = _scores(ours, chosen), _scores(theirs, chosen)
    measure = next((score.measure for score in scores[0].values()), "")
    values: tuple[Values, Values] = ({}, {})
    if measure and not reason and not is_same:
        values = paired_values(ours, theirs, next(iter(scores[0].values())))
    return Changes(
        before=before,
        rater=chosen,
        raters=raters,
        measure=measure,
        inputs=inputs,
        documents=_documents(campaign, before),
        queries=_queries(campaign, before),
        reason=reason,
        is_same=is_same,
        n_shared=n_shared_queries(values),
        systems=system_changes(ours, theirs, scores, values),
        moved=furthest_queries(values),
    )


def _shared_raters(ours: CampaignRows, theirs: CampaignRows) -> list[str]:
    names = set(theirs.rater_names.values())
    has_gold = all(any(s.rater_version_id is None for s in rows.scores) for rows in (ours, theirs))
    return [*(n for n in ours.rater_names.values() if n in names), *([GOLD_LABELS] if has_gold else [])]


def _reason(inputs: Sequence[InputChange], rater: str) -> str:
    """Why values of the same query do not compare."""
    if not rater:
        return "The two campaigns have no rater in common."
    breaking = [
        change
        for change in inputs
        if (change.what == "gold labels" if rater == GOLD_LABELS else _breaks_pairs(change, rater))
        or change.what == "cutoff"
    ]
    listed = "; ".join(map(str, breaking))
    return f"Not comparable, because scores are on another scale ({listed})." if breaking else ""


def _breaks_pairs(change: InputChange, rater: str) -> bool:
    return change.what == "weights" or (change.what == "rater" and change.name == rater)


def _scores(rows: CampaignRows, rater: str) -> dict[str, Score]:
    found: dict[str, Score] = {}
    for score in rows.scores:
        name = rows.rater_names[score.rater_version_id] if score.rater_version_id else GOLD_LABELS
        if name == rater:
            found.setdefault(rows.system_names[score.system_id], score)
    return found


def _documents(campaign: Campaign, before: Campaign) -> Moved | None:
    is_same = campaign.snapshot_id == before.snapshot_id
    return None if is_same else moved_documents(before.snapshot, campaign.snapshot)


def _queries(campaign: Campaign, before: Campaign) -> Moved | None:
    versions = before.collection_version, campaign.collection_version
    return None if versions[0] == versions[1] else moved_queries(campaign.collection, *versions)
