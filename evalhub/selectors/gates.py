"""A campaign's gate: what its rules say of its scores."""

from functools import lru_cache
from typing import Any

from evalhub.core.gate import Outcome, RuleResult, combine
from evalhub.core.gate_needs import Needs
from evalhub.models import Campaign, GateRule
from evalhub.selectors.campaign_rows import COMPARISONS, GATE_RULES, JOBS, CampaignRows, campaigns_rows
from evalhub.selectors.gate.judging import Evidence, Judged, judge
from evalhub.selectors.ratings import stored_ratings

Json = dict[str, Any]
NO_GATE: Json = {"outcome": None, "rules": []}
BESIDE_SCORES = frozenset({GATE_RULES, COMPARISONS, JOBS})


def gate_result(rows: CampaignRows, *, url: str = "") -> Json:
    """Outcome and reasons; outcome None where the campaign has no gate or is not scored.

    Args:
        url: of the campaign's page.
    """
    if rows.campaign.state != Campaign.State.DONE:
        return NO_GATE
    return judged_gate(rows, url=url)


def judged_gate(rows: CampaignRows, *, url: str = "") -> Json:
    """The same, whatever state the campaign says it is in: as it was stored, else judged now."""
    if not rows.gate_rules:
        return NO_GATE
    is_stored = all(rule.outcome for rule in rows.gate_rules)
    judged = [_stored(rule) for rule in rows.gate_rules] if is_stored else judged_rules(rows)
    return {
        "outcome": combine(one.result.outcome for one in judged).value,
        "rules": [rule_row(rule, one, url) for rule, one in zip(rows.gate_rules, judged, strict=True)],
    }


def judged_rules(rows: CampaignRows, spent_usd: float | None = None) -> list[Judged]:
    """What each rule says of the scores that are there.

    Args:
        spent_usd: what the campaign paid, looked up where it is None.
    """
    if spent_usd is None:
        counted = stored_ratings(rows.campaign)
        spent_usd = sum(one["cost_usd"] for one in counted.values()) if counted else None

    @lru_cache
    def baseline(key: int) -> CampaignRows:
        shown = Campaign.objects.select_related("snapshot__corpus", "collection")
        return campaigns_rows([shown.get(pk=key)], leave_out=BESIDE_SCORES)[0]

    evidence = Evidence(rows, spent_usd, baseline)
    return [judge(evidence, rule) for rule in rows.gate_rules]


def _stored(rule: GateRule) -> Judged:
    needs = Needs(rule.needs_queries, rule.needs_labels, rule.needs_grades)
    result = RuleResult(Outcome(rule.outcome), rule.reason, needs)
    return Judged(result, rule.value, rule.low, rule.high, rule.n_queries)


def rule_row(rule: GateRule, judged: Judged, url: str = "") -> Json:
    """A rule as every edge shows it."""
    result = judged.result
    return {
        "system": rule.system or None,
        "measure": rule.measure or None,
        "minimum": rule.minimum,
        "baseline": rule.baseline or None,
        "margin": rule.margin if rule.baseline else None,
        "max_cost_usd": rule.max_cost_usd,
        "segment": rule.segment or None,
        "coverage": rule.coverage,
        "baseline_asked": rule.baseline_asked or None,
        "baseline_campaign": rule.baseline_campaign_id,
        "value": judged.value,
        "low": judged.low,
        "high": judged.high,
        "n_queries": judged.n_queries,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "needs": _needs(result, url),
    }


def _needs(result: RuleResult, url: str) -> Json | None:
    """What would settle it; the address is that of the review, where labels are."""
    needs = result.needs
    if (needs.queries, needs.labels, needs.grades) == (None, None, None):
        return None
    review = f"{url}review/" if url and needs.labels is not None else None
    return {"queries": needs.queries, "labels": needs.labels, "grades": needs.grades, "url": review}
