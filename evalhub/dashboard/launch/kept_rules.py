"""Gate rules that the page has no fields for: carried along from a campaign as they are, and removable."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from evalhub.spec.gate import BaselineSpec, GateRuleSpec

MAX_LENGTH = 4000
"""Of one rule as text; what is longer was not made by this page."""


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule as the page shows it: its text for the form, in words, and the id of its element."""

    text: str
    words: str
    element: str


def as_text(rule: Mapping[str, Any]) -> str:
    """A rule as the form carries it."""
    return json.dumps(rule, ensure_ascii=False, sort_keys=True)


def as_rule(text: str, cutoff: str) -> object:
    """The rule of a text, at the page's cutoff; what is none is handed on, for the spec's check to refuse."""
    try:
        rule = json.loads(text[:MAX_LENGTH])
    except (ValueError, RecursionError):
        return text[:MAX_LENGTH]
    if isinstance(rule, dict) and isinstance(rule.get("measure"), str):
        rule["measure"] = f"{rule['measure'].partition('@')[0]}@{cutoff}"
    return rule


def shown_rules(texts: list[str], cutoff: str) -> list[KeptRule]:
    """The rules of a form, in order."""
    return [KeptRule(text, _words(as_rule(text, cutoff)), f"kept-{at}") for at, text in enumerate(texts)]


def _words(rule: object) -> str:
    try:
        return "".join(_parts(GateRuleSpec.model_validate(rule)))
    except ValidationError:
        return str(rule)[:200]


def _parts(rule: GateRuleSpec) -> Iterator[str]:
    if rule.max_cost_usd is not None:
        yield f"the campaign pays at most ${rule.max_cost_usd:,.2f}"
        return
    yield f"{rule.measure} of {rule.system}"
    if rule.segment is not None:
        yield f", on queries tagged {rule.segment},"
    if rule.minimum is not None:
        yield f" reaches at least {rule.minimum:g}"
    else:
        margin = rule.margin or 0.0
        yield f" is at {'least' if margin < 0 else 'most'} {abs(margin):g} "
        yield f"{'above' if margin < 0 else 'below'} {_baseline(rule)}"
    if rule.coverage is not None:
        yield f", once {rule.coverage:.0%} of the pairs are graded"
    if rule.elsewhere and rule.elsewhere.if_missing == "pass":
        yield "; passes while there is no such campaign"


def _baseline(rule: GateRuleSpec) -> str:
    return (
        f"{rule.baseline_system} of {_campaign(rule.elsewhere)}" if rule.elsewhere else rule.baseline_system
    )


def _campaign(elsewhere: BaselineSpec) -> str:
    if elsewhere.campaign is not None:
        return f"campaign {elsewhere.campaign}"
    return f"the last campaign of this name that passed on branch {elsewhere.branch}"
