"""Gate rules with three outcomes: pass, fail, undecided."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evalhub.core.compare import Comparison
from evalhub.core.gate_needs import NOTHING, Needs, Pairs, needs_of_floor, needs_of_interval
from evalhub.core.summary import Summary

COVERAGE_FLOOR = 0.95


class Outcome(StrEnum):
    """What a rule, or the whole gate, comes to."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    UNDECIDED = "undecided"


class InvalidGateRule(ValueError):
    """A rule names both a minimum and a baseline, or neither."""


@dataclass(frozen=True, slots=True)
class GateRule:
    """A system's measure is at least `minimum`, or no worse than the `baseline` by more than `margin`.

    Attributes:
        baseline: in words, such as "production" or "a of campaign 12".
        segment: only queries with this tag count; empty for all.
    """

    system: str
    measure: str
    minimum: float | None = None
    baseline: str | None = None
    margin: float = 0.0
    segment: str = ""

    def __post_init__(self) -> None:
        if (self.minimum is None) == (self.baseline is None):
            raise InvalidGateRule(
                f"the gate rule for {self.measure} of {self.system} needs a minimum or a baseline, "
                "and not both: write two rules for that"
            )

    @property
    def subject(self) -> str:
        """What the rule looks at, in the words of its reason."""
        minus = f" minus {self.baseline}" if self.baseline is not None else ""
        of_some = f", queries tagged {self.segment}," if self.segment else ""
        return f"{self.measure} of {self.system}{minus}{of_some}"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """An outcome and the sentence that explains it, with the numbers.

    Attributes:
        needs: what would settle an undecided rule, as far as that is known.
    """

    outcome: Outcome
    reason: str
    needs: Needs = NOTHING


def judge_minimum(
    summary: Summary,
    minimum: float,
    coverage_floor: float = COVERAGE_FLOOR,
    *,
    subject: str = "the value",
    pairs: Pairs | None = None,
) -> RuleResult:
    """Pass when the whole interval is at or above the minimum, fail when all of it is below.

    Reaching the minimum exactly is enough, so an interval that starts at it passes and one that ends
    at it is undecided. Undecided too: an interval on both sides, none at all, or a coverage below the
    floor (a coverage of None has no unrated pairs to ask for).

    Args:
        pairs: what the coverage is a share of, where that is known.
    """
    below_floor = _below_floor(summary.coverage, coverage_floor, subject, pairs)
    return below_floor or _judge(
        summary.value, summary.low, summary.high, minimum, subject, summary.n_queries
    )


def judge_margin(
    comparison: Comparison,
    margin: float,
    coverage: float | None,
    coverage_floor: float = COVERAGE_FLOOR,
    *,
    subject: str = "the difference",
    pairs: Pairs | None = None,
) -> RuleResult:
    """Pass when the whole interval of system - baseline is at or above -margin, as `judge_minimum` does.

    A negative margin asks for an improvement by that much. `coverage` is the lower one of the two
    systems.
    """
    below_floor = _below_floor(coverage, coverage_floor, subject, pairs)
    return below_floor or _judge(
        comparison.difference, comparison.low, comparison.high, 0.0 - margin, subject, comparison.n_queries
    )


def judge_cost(spent_usd: float | None, maximum_usd: float) -> RuleResult:
    """Pass when the campaign paid at most the maximum; what it reused was paid before and is not counted.

    Undecided without a count of what was paid.
    """
    if spent_usd is None:
        return RuleResult(Outcome.UNDECIDED, "what the campaign paid was not counted: run it again")
    said = f"the campaign paid ${spent_usd:,.4f}"
    if spent_usd > maximum_usd:
        return RuleResult(Outcome.FAIL, f"{said}, more than ${maximum_usd:,.4f}")
    return RuleResult(Outcome.PASS, f"{said}, at most ${maximum_usd:,.4f}")


def judge_missing(why: str, *, is_passed: bool) -> RuleResult:
    """A rule without the baseline it asks for: undecided, unless the spec lets it pass."""
    if is_passed:
        return RuleResult(Outcome.PASS, f"{why}; the rule passes without one, as if_missing says")
    remedy = "let one pass there first, or write if_missing: pass"
    return RuleResult(Outcome.UNDECIDED, f"{why}: {remedy}")


def combine(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of the gate: any fail fails it, else any undecided; without rules it passes."""
    found = set(outcomes)
    return next((worst for worst in (Outcome.FAIL, Outcome.UNDECIDED) if worst in found), Outcome.PASS)


def _below_floor(
    coverage: float | None, floor: float, subject: str, pairs: Pairs | None
) -> RuleResult | None:
    if coverage is None or coverage >= floor:
        return None
    shown, floor_shown = _readable([coverage], floor)
    reason = f"{subject} rests on {shown[0]} of its pairs, below the coverage floor of {floor_shown}"
    if pairs is None:
        return RuleResult(Outcome.UNDECIDED, f"{reason}: rate the pairs that are unrated")
    needs = needs_of_floor(pairs, floor)
    return RuleResult(Outcome.UNDECIDED, f"{reason}: {needs.in_words}", needs)


def _judge(
    value: float | None, low: float | None, high: float | None, threshold: float, subject: str, n_queries: int
) -> RuleResult:
    if value is None:
        return RuleResult(
            Outcome.UNDECIDED, f"{subject} is undefined: no query has a value; rate its hits or add queries"
        )
    if low is None or high is None:
        reason = f"{subject} is {value:.2f} on a single query, which has no interval: add queries"
        return RuleResult(Outcome.UNDECIDED, reason)
    ends, at = _readable([value, low, high], threshold)
    said = f"{subject} is {ends[0]} [{ends[1]}, {ends[2]}]"
    if low >= threshold:
        return RuleResult(Outcome.PASS, f"{said}, all of it at or above {at}")
    if high < threshold:
        return RuleResult(Outcome.FAIL, f"{said}, all of it below {at}")
    needs = needs_of_interval(value, low, high, threshold, n_queries)
    return RuleResult(Outcome.UNDECIDED, f"{said}, on both sides of {at}: {needs.in_words}", needs)


def _readable(numbers: list[float], threshold: float) -> tuple[list[str], str]:
    """Write all with the fewest decimals, from 2 to 6, that show the threshold whole and the rest apart."""
    apart = [number for number in numbers if number != threshold]
    decimals = 2
    while decimals < 6 and (
        round(threshold, decimals) != threshold
        or any(round(number, decimals) == threshold for number in apart)
    ):
        decimals += 1
    return [f"{number:z.{decimals}f}" for number in numbers], f"{threshold:.{decimals}f}"
