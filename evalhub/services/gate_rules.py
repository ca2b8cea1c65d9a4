"""A campaign's gate: its baselines are chosen when it starts, its outcomes stored when it is done."""

from dataclasses import dataclass
from typing import Any

from evalhub.core.gate import combine
from evalhub.core.suggest import did_you_mean
from evalhub.models import Campaign, GateRule
from evalhub.selectors.campaign_rows import JOBS, campaigns_rows
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.gate.baselines import last_passing
from evalhub.selectors.gate.judging import Judged
from evalhub.selectors.gates import judged_rules
from evalhub.selectors.query_view.tags import campaign_tags, has_tag
from evalhub.services.campaign_ledger import Counted
from evalhub.services.spec_inputs.problems import problem
from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.gate import BaselineSpec, GateRuleSpec

VERDICT_FIELDS = (
    *("outcome", "reason", "value", "low", "high", "n_queries"),
    *("needs_queries", "needs_labels", "needs_grades"),
)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the gate of a campaign says, not stored yet; `outcome` is empty without rules."""

    outcome: str
    rules: list[GateRule]


def gate_rules_create(campaign: Campaign, spec: CampaignSpec) -> None:
    """Store the rules, with the campaigns they hold this one against: what passes later changes nothing.

    Raises:
        SpecError: a campaign, a system of it, or a query tag that is not there.
    """
    GateRule.objects.bulk_create(gate_rules_checked(campaign, spec))


def gate_rules_checked(campaign: Campaign, spec: CampaignSpec) -> list[GateRule]:
    """The rules of a gate, not stored; nor need the campaign be, but its queries.

    Raises:
        SpecError: as `gate_rules_create`.
    """
    return [_rule(campaign, spec, position, rule) for position, rule in enumerate(spec.gate)]


def _rule(campaign: Campaign, spec: CampaignSpec, position: int, rule: GateRuleSpec) -> GateRule:
    place = f"gate[{position}]"
    _check_segment(campaign, rule, place)
    return GateRule(
        campaign=campaign,
        position=position,
        system=rule.system or "",
        measure=rule.measure or "",
        minimum=rule.minimum,
        baseline=rule.baseline_system,
        margin=rule.margin or 0.0,
        max_cost_usd=rule.max_cost_usd,
        segment=rule.segment or "",
        coverage=rule.coverage,
        **(_taken(campaign, rule, rule.elsewhere, place) if rule.elsewhere else {}),
    )


def _check_segment(campaign: Campaign, rule: GateRuleSpec, place: str) -> None:
    queries = collection_queries(campaign.collection, campaign.collection_version)
    if rule.segment is None or queries.filter(has_tag("tags", rule.segment)).exists():
        return
    tags = campaign_tags(campaign)
    remedy = did_you_mean(rule.segment, tags).strip() or _listed("There are", tags) or "Tag some queries"
    raise problem(f"{place}.segment", f'no query is tagged "{rule.segment}"; {remedy}')


def _taken(campaign: Campaign, rule: GateRuleSpec, asked: BaselineSpec, place: str) -> dict[str, Any]:
    if asked.campaign is not None:
        found = _named(campaign, asked.campaign, rule.baseline_system, f"{place}.baseline")
        return {"baseline_asked": f"campaign {asked.campaign}", "baseline_campaign": found}
    branch = asked.branch or ""
    last = last_passing(campaign.workspace, campaign.name, branch)
    why = ""
    if last is None:
        why = f'no campaign "{campaign.name}" has passed on branch {branch} yet'
    elif rule.baseline_system not in _systems(last):
        why = (
            f'campaign {last.pk}, the last to pass on branch {branch}, has no system "{rule.baseline_system}"'
        )
    return {
        "baseline_asked": f"branch {branch}",
        "baseline_campaign": None if why else last,
        "missing_reason": why,
        "passes_if_missing": asked.if_missing == "pass",
    }


def _named(campaign: Campaign, key: int, system: str, place: str) -> Campaign:
    found = Campaign.objects.filter(workspace=campaign.workspace_id, pk=key).exclude(pk=campaign.pk).first()
    if found is None:
        raise problem(f"{place}.campaign", f"no campaign {key}; see evalhub campaign list")
    if found.state != Campaign.State.DONE:
        raise problem(f"{place}.campaign", f"campaign {key} is {found.state}; name one that is done")
    if system not in (names := _systems(found)):
        remedy = did_you_mean(system, names).strip() or _listed("It has", names)
        raise problem(f"{place}.system", f'campaign {key} has no system "{system}"; {remedy}')
    return found


def _systems(campaign: Campaign) -> list[str]:
    return list(campaign.campaign_systems.values_list("system__name", flat=True))


def _listed(words: str, names: list[str]) -> str:
    return f"{words}: {', '.join(names[:10])}" if names else ""


def gate_verdicts(campaign: Campaign, counted: Counted) -> Verdicts:
    """Judge a campaign whose score is there: a read of all its scores, for no transaction.

    Args:
        counted: what its raters did.
    """
    if not GateRule.objects.filter(campaign=campaign).exists():
        return Verdicts("", [])
    (rows,) = campaigns_rows([campaign], leave_out={JOBS})
    judged = judged_rules(rows, sum(float(one["cost_usd"]) for one in counted.values()))
    for rule, said in zip(rows.gate_rules, judged, strict=True):
        _fill(rule, said)
    return Verdicts(combine(said.result.outcome for said in judged).value, rows.gate_rules)


def _fill(rule: GateRule, said: Judged) -> None:
    rule.outcome, rule.reason = said.result.outcome.value, said.result.reason
    rule.value, rule.low, rule.high, rule.n_queries = said.value, said.low, said.high, said.n_queries
    needs = said.result.needs
    rule.needs_queries, rule.needs_labels, rule.needs_grades = needs.queries, needs.labels, needs.grades


def gate_verdicts_store(verdicts: Verdicts) -> None:
    """Keep what the rules said."""
    GateRule.objects.bulk_update(verdicts.rules, VERDICT_FIELDS, batch_size=50)
