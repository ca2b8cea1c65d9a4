"""What one rule says of a campaign's scores."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from evalhub.core.compare import Comparison as Difference
from evalhub.core.gate import GateRule as Rule
from evalhub.core.gate import (
    Outcome,
    RuleResult,
    judge_cost,
    judge_margin,
    judge_minimum,
    judge_missing,
)
from evalhub.core.gate_needs import Needs, Pairs
from evalhub.core.summary import Summary
from evalhub.models import GateRule, Score
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.gate.baselines import baseline_score, incomparable
from evalhub.selectors.gate.figures import (
    Figures,
    compared,
    figures_of,
    score_of,
    unpaired,
    worst_coverage,
)

GOLD = "gold"  # the kind of a rater that looks people's labels up
NOTHING_FOUND = Summary(value=None, low=None, high=None, n_queries=0)
NOT_COMPARED = Difference(None, None, None, None, 0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule's outcome and the figure it rests on: a value, a difference or dollars."""

    result: RuleResult
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n_queries: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rules look at.

    Attributes:
        spent_usd: what the campaign paid; None where it was not counted.
        baselines: the rows of other campaigns, by their keys.
    """

    rows: CampaignRows
    spent_usd: float | None
    baselines: Callable[[int], CampaignRows]


def judge(evidence: Evidence, row: GateRule) -> Judged:
    """Judge a rule."""
    if row.max_cost_usd is not None:
        return Judged(judge_cost(evidence.spent_usd, row.max_cost_usd), evidence.spent_usd)
    if row.baseline_asked:
        found = _elsewhere(evidence, row)
    elif row.baseline:
        found = _against(evidence.rows, row)
    else:
        found = _minimum(evidence.rows, row)
    return replace(found, result=_with_labels(evidence.rows, row, found.result))


def _minimum(rows: CampaignRows, row: GateRule) -> Judged:
    score = score_of(rows, row.system, row.measure)
    summary = NOTHING_FOUND
    figures = Figures({}, {})
    if score and (row.segment or _is_below(rows, row, score.coverage)):
        figures = figures_of(rows.campaign, score, row.segment)
        summary = figures.summary
    elif score:
        summary = _stored(score)
    pairs = worst_coverage(figures)[1]
    subject = _subject(row, None)
    result = judge_minimum(
        summary, row.minimum or 0.0, _floor(rows, row), subject=subject, pairs=_people(rows, pairs)
    )
    return Judged(result, summary.value, summary.low, summary.high, summary.n_queries)


def _against(rows: CampaignRows, row: GateRule) -> Judged:
    """Against a system of the same campaign."""
    scores = score_of(rows, row.system, row.measure), score_of(rows, row.baseline, row.measure)
    coverages = [score.coverage for score in scores if score and score.coverage is not None]
    coverage, pairs = min(coverages, default=None), None
    found = _difference(rows, row)
    if scores[0] and scores[1] and (row.segment or _is_below(rows, row, coverage)):
        both = [figures_of(rows.campaign, score, row.segment) for score in scores if score]
        coverage, pairs = worst_coverage(*both)
        found = compared(*both) if row.segment else found
    return _margin(rows, row, found, coverage, pairs, row.baseline)


def _elsewhere(evidence: Evidence, row: GateRule) -> Judged:
    """Against a system of another campaign, paired query by query."""
    rows = evidence.rows
    if row.baseline_campaign_id is None:
        why = row.missing_reason or f"{row.baseline_asked} is no longer there"
        return Judged(judge_missing(why, is_passed=row.passes_if_missing))
    theirs = evidence.baselines(row.baseline_campaign_id)
    baseline = f"{row.baseline} of campaign {theirs.campaign.pk}"
    score = score_of(rows, row.system, row.measure)
    if score is None:
        return _margin(rows, row, NOT_COMPARED, None, None, baseline)
    other = baseline_score(theirs, score, row.baseline)
    if why := incomparable(rows, theirs, score) or ("" if other else f"no {row.measure} there"):
        remedy = f"run campaign {theirs.campaign.pk} again with this spec, and name that one"
        reason = f"{_subject(row, baseline)} cannot be compared ({why}): {remedy}"
        return Judged(RuleResult(Outcome.UNDECIDED, reason))
    both = (
        figures_of(rows.campaign, score, row.segment),
        figures_of(theirs.campaign, other or score, row.segment),
    )
    coverage, pairs = worst_coverage(*both)
    found = _margin(rows, row, compared(*both), coverage, pairs, baseline)
    if left_out := unpaired(*both):
        reason = f"{found.result.reason} ({left_out})"
        return replace(found, result=replace(found.result, reason=reason))
    return found


def _margin(
    rows: CampaignRows,
    row: GateRule,
    found: Difference,
    coverage: float | None,
    pairs: Pairs | None,
    baseline: str,
) -> Judged:
    result = judge_margin(
        found,
        row.margin,
        coverage,
        _floor(rows, row),
        subject=_subject(row, baseline),
        pairs=_people(rows, pairs),
    )
    return Judged(result, found.difference, found.low, found.high, found.n_queries)


def _with_labels(rows: CampaignRows, row: GateRule, result: RuleResult) -> RuleResult:
    """Where people's labels are what a figure is made of, more queries are more labels."""
    needs = result.needs
    if needs.queries is None or not _is_by_people(rows, row):
        return result
    labels = needs.queries * rows.campaign.cutoff
    reason = f"{result.reason}, each with its first {rows.campaign.cutoff} hits labelled"
    return replace(result, reason=reason, needs=Needs(needs.queries, labels, None, needs.in_words))


def _is_by_people(rows: CampaignRows, row: GateRule) -> bool:
    return not row.measure.startswith("PWAS") or _is_gold_rater(rows)


def _is_gold_rater(rows: CampaignRows) -> bool:
    return bool(rows.raters) and rows.raters[0].rater_version.kind == GOLD


def _people(rows: CampaignRows, pairs: Pairs | None) -> Pairs | None:
    return pairs and replace(pairs, is_by_people=_is_gold_rater(rows))


def _subject(row: GateRule, baseline: str | None) -> str:
    minimum = row.minimum if baseline is None else None
    return Rule(row.system, row.measure, minimum, baseline, row.margin, row.segment).subject


def _floor(rows: CampaignRows, row: GateRule) -> float:
    return rows.campaign.coverage_floor if row.coverage is None else row.coverage


def _is_below(rows: CampaignRows, row: GateRule, coverage: float | None) -> bool:
    """Whether pairs have to be counted, to say how many are missing."""
    return coverage is not None and coverage < _floor(rows, row)


def _stored(score: Score) -> Summary:
    return Summary(
        value=score.value,
        low=score.low,
        high=score.high,
        n_queries=score.n_queries,
        lower_bound=score.lower_bound,
        upper_bound=score.upper_bound,
        coverage=score.coverage,
    )


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
    return NOT_COMPARED
