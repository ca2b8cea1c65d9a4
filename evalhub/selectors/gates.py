"""A campaign's gate: what its rules say of its scores."""

from typing import Any

from evalhub.core.compare import Comparison as Difference
from evalhub.core.gate import GateRule as Rule
from evalhub.core.gate import RuleResult, combine, judge_margin, judge_minimum
from evalhub.core.summary import Summary
from evalhub.models import Campaign, GateRule
from evalhub.selectors.campaign_rows import CampaignRows


def gate_result(rows: CampaignRows) -> dict[str, Any]:
    """Outcome and reasons; outcome None where the campaign has no gate or is not scored."""
    if rows.campaign.state != Campaign.State.DONE:
        return {"outcome": None, "rules": []}
    return judged_gate(rows)


def judged_gate(rows: CampaignRows) -> dict[str, Any]:
    """The same, whatever state the campaign says it is in."""
    if not rows.gate_rules:
        return {"outcome": None, "rules": []}
    results = [_judge(rows, rule) for rule in rows.gate_rules]
    return {
        "outcome": combine(result.outcome for result in results).value,
        "rules": [_row(rule, result) for rule, result in zip(rows.gate_rules, results, strict=True)],
    }


def _judge(rows: CampaignRows, row: GateRule) -> RuleResult:
    rule = Rule(row.system, row.measure, row.minimum, row.baseline or None, row.margin)
    score = _score(rows, row.system, row.measure)
    floor = rows.campaign.coverage_floor
    if row.minimum is not None:
        return judge_minimum(score, row.minimum, floor, subject=rule.subject)
    baseline = _score(rows, row.baseline, row.measure)
    coverages = [s.coverage for s in (score, baseline) if s.coverage is not None]
    difference = _difference(rows, row)
    return judge_margin(difference, row.margin, min(coverages, default=None), floor, subject=rule.subject)


def _score(rows: CampaignRows, system: str, measure: str) -> Summary:
    """The measure of a system by the first rater, or on gold labels; undefined where there is none."""
    names = rows.system_names
    for score in rows.scores:
        if score.measure == measure and names[score.system_id] == system:
            return Summary(
                value=score.value,
                low=score.low,
                high=score.high,
                n_queries=score.n_queries,
                lower_bound=score.lower_bound,
                upper_bound=score.upper_bound,
                coverage=score.coverage,
            )
    return Summary(value=None, low=None, high=None, n_queries=0)


def _difference(rows: CampaignRows, rule: GateRule) -> Difference:
    """system - baseline by the first rater, whichever way round it was stored."""
    names = rows.system_names
    for row in rows.comparisons:
        if row.measure != rule.measure:
            continue
        pair = names[row.system_id], names[row.baseline_id]
        if pair == (rule.system, rule.baseline):
            return Difference(row.difference, row.low, row.high, row.p_value, row.n_queries)
        if pair == (rule.baseline, rule.system) and row.difference is not None:
            low, high = (None if end is None else -end for end in (row.high, row.low))
            return Difference(-row.difference, low, high, row.p_value, row.n_queries)
    return Difference(None, None, None, None, 0)


def _row(rule: GateRule, result: RuleResult) -> dict[str, Any]:
    return {
        "system": rule.system,
        "measure": rule.measure,
        "minimum": rule.minimum,
        "baseline": rule.baseline or None,
        "margin": rule.margin if rule.baseline else None,
        "outcome": result.outcome.value,
        "reason": result.reason,
    }
