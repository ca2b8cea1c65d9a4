"""The result of a campaign as every edge gives it: CLI, REST and dashboard show these numbers."""

from importlib.metadata import version
from typing import Any

from evalhub.core.concordance import GOLD_LABELS
from evalhub.models import Campaign, CampaignRater, Comparison, Score
from evalhub.selectors.campaign_rows import CampaignRows, campaigns_rows
from evalhub.selectors.gates import gate_result
from evalhub.selectors.profiles import Profile, system_profiles
from evalhub.selectors.ratings import campaign_ratings
from evalhub.selectors.timings import campaign_timings
from evalhub.selectors.warnings import campaign_warnings

Json = dict[str, Any]


def campaign_results(campaign: Campaign, *, url: str = "") -> Json:
    """Everything a campaign found; its lists are empty as long as it is not scored."""
    return rows_results(campaigns_rows([campaign])[0], url=url)


def rows_results(rows: CampaignRows, *, url: str = "", ratings: list[Json] | None = None) -> Json:
    """The result from rows that were read already, and ratings too where they are given."""
    campaign = rows.campaign
    profiles = system_profiles(rows)
    return {
        "campaign": {"id": campaign.pk, "name": campaign.name, "state": campaign.state, "url": url},
        "source": campaign_source(campaign),
        "settings": _settings(rows),
        "systems": [
            _system(rows, system_id, rater_id, profiles[system_id])
            for rater_id in rows.rater_names
            for system_id in rows.system_names
        ],
        "comparisons": [_comparison(row, rows) for row in rows.comparisons],
        "ratings": campaign_ratings(rows) if ratings is None else ratings,
        "gate": gate_result(rows, url=url),
        "timings_s": campaign_timings(rows),
        "error": campaign.error,
        "warnings": campaign_warnings(rows),
    }


def campaign_source(campaign: Campaign) -> Json:
    """The commit that was evaluated, and who set it off; None for what is not known."""
    return {
        "commit": campaign.git_sha or None,
        "branch": campaign.branch or None,
        "actor": campaign.actor or None,
        "url": campaign.ci_url or None,
    }


def _settings(rows: CampaignRows) -> Json:
    campaign = rows.campaign
    return {
        "cutoff": campaign.cutoff,
        "depth": campaign.depth,
        "weights": campaign.weights,
        "corpus": {"name": campaign.snapshot.corpus.name, "snapshot": campaign.snapshot.number},
        "queries": {
            "name": campaign.collection.name,
            "version": campaign.collection_version,
            "gold_version": campaign.gold_version,
            "newest_gold_version": campaign.collection.gold_version,
        },
        "raters": [_rater(row) for row in rows.raters],
        "evalhub": version("evalhub"),
    }


def _rater(row: CampaignRater) -> Json:
    version_of = {"name": row.name, "version": row.rater_version.digest}
    panel = row.rater_version.spec
    if row.rater_version.kind != "panel":
        return version_of
    return version_of | {"combine": panel["combine"], "members": panel["members"]}


def _system(rows: CampaignRows, system_id: int, rater_id: int, profile: Profile) -> Json:
    mine = [score for score in rows.scores if score.system_id == system_id]
    return {
        "name": rows.system_names[system_id],
        "rater": rows.rater_names[rater_id],
        "measures": {s.measure: _rated_measure(s) for s in mine if s.rater_version_id == rater_id},
        "gold_measures": {s.measure: _measure(s) for s in mine if s.rater_version_id is None},
        "profile": profile,
    }


def _measure(score: Score) -> Json:
    return {"value": score.value, "low": score.low, "high": score.high, "n_queries": score.n_queries}


def _rated_measure(score: Score) -> Json:
    return {
        **_measure(score),
        "lower_bound": score.lower_bound,
        "upper_bound": score.upper_bound,
        "coverage": score.coverage,
    }


def _comparison(row: Comparison, rows: CampaignRows) -> Json:
    systems, raters = rows.system_names, rows.rater_names
    return {
        "system": systems[row.system_id],
        "baseline": systems[row.baseline_id],
        "rater": raters[row.rater_version_id] if row.rater_version_id else GOLD_LABELS,
        "measure": row.measure,
        "difference": row.difference,
        "low": row.low,
        "high": row.high,
        "p_value": row.p_value,
        "p_holm": row.p_holm,
        "n_queries": row.n_queries,
        "verdict": row.verdict,
    }
