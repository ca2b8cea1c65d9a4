"""What the gate of a past campaign would say under the new version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evalhub.core.compare import Comparison
from evalhub.core.gate import Outcome, combine, judge_margin, judge_minimum
from evalhub.core.outlook import Outlook, Projected, outlook_of
from evalhub.core.summary import Summary
from evalhub.models import Campaign, FlipPreview, GateRule
from evalhub.selectors.campaign_rows import JOBS, CampaignRows, campaigns_rows
from evalhub.selectors.gates import judged_gate

ORDER = (Outcome.FAIL, Outcome.UNDECIDED, Outcome.PASS)

Figures = Mapping[tuple[int, int | None], Projected | None]
"""By system, and baseline of a difference."""
Coverage = Callable[[int], float | None]


@dataclass(frozen=True, slots=True)
class GateThen:
    """Outcomes as they are and as they would be."""

    now: str
    then: str
    outlook: Outlook


def gate_then(
    preview: FlipPreview, campaign: Campaign, figures: Figures, coverage: Coverage
) -> GateThen | None:
    """The gate under the new version; None for a campaign without one.

    A gate looks at the first rater alone: where that is another one, nothing changes.
    """
    rows = campaigns_rows([campaign], leave_out={JOBS})[0]
    told = judged_gate(rows)
    if not rows.gate_rules or told["outcome"] is None:
        return None
    now = Outcome(told["outcome"])
    if not rows.raters or rows.raters[0].rater_version_id != preview.old_id:
        return GateThen(now, now, "stays")
    judged = [
        _rule(rows, rule, Outcome(said["outcome"]), figures, coverage)
        for rule, said in zip(rows.gate_rules, told["rules"], strict=True)
    ]
    lowest, then, highest = (combine(outcomes) for outcomes in zip(*judged, strict=True))
    by_reach = {-1.0: lowest, 0.0: then, 1.0: highest}
    # The rules move together here, each within its own reach: the gate is as low and as high as they allow.
    unit = Projected(0.0, 0.0, 0.0, 1.0, 1.0)
    return GateThen(now, *_plain(outlook_of(now, unit, by_reach.__getitem__, ORDER)))


def _plain(found: tuple[Outcome, Outlook]) -> tuple[str, Outlook]:
    return found[0].value, found[1]


def _rule(
    rows: CampaignRows, rule: GateRule, now: Outcome, figures: Figures, coverage: Coverage
) -> tuple[Outcome, Outcome, Outcome]:
    """The outcome at the lowest value within reach, at the estimate, and at the highest."""
    if rule.max_cost_usd is not None:
        return now, now, now
    if rule.segment or rule.baseline_asked:
        # The sample is of all queries; and another campaign was not graded by the new version.
        return Outcome.UNDECIDED, Outcome.UNDECIDED, Outcome.UNDECIDED
    if rule.measure != f"PWAS@{rows.campaign.cutoff}":
        return now, now, now  # on gold labels, which no rater changes
    key_of = {name: key for key, name in rows.system_names.items()}
    system, baseline = key_of.get(rule.system), key_of.get(rule.baseline)
    if system is None or (rule.baseline and baseline is None):
        return now, now, now
    sign = -1.0 if (baseline, system) in figures else 1.0
    found = figures.get((system, baseline)) or figures.get((baseline, system) if baseline else (system, None))
    if found is None:
        return Outcome.UNDECIDED, Outcome.UNDECIDED, Outcome.UNDECIDED
    shares = [share for key in (system, baseline) if key is not None and (share := coverage(key)) is not None]
    # How many queries there are decides no rule.
    floor = rows.campaign.coverage_floor if rule.coverage is None else rule.coverage
    share = min(shares, default=None)

    def judge(side: float) -> Outcome:
        value = sign * found.value + side * found.reach
        below, above = (found.below, found.above) if sign > 0 else (found.above, found.below)
        low, high = value - below, value + above
        if rule.minimum is not None:
            summary = Summary(value, low, high, n_queries=0, coverage=share)
            return judge_minimum(summary, rule.minimum, floor).outcome
        compared = Comparison(value, low, high, p_value=None, n_queries=0)
        return judge_margin(compared, rule.margin, share, floor).outcome

    return judge(-1.0), judge(0.0), judge(1.0)
