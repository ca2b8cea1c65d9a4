import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.compare import Comparison
from evalhub.core.gate import (
    GateRule,
    InvalidGateRule,
    Outcome,
    RuleResult,
    combine,
    judge_cost,
    judge_margin,
    judge_minimum,
    judge_missing,
)
from evalhub.core.gate_needs import Needs, Pairs, needs_of_interval
from evalhub.core.summary import Summary

RULE = GateRule("minilm-384", "PWAS@10", minimum=0.6)


def _summary(value: float | None, low: float | None, high: float | None, coverage: float | None) -> Summary:
    return Summary(value, low, high, n_queries=91, lower_bound=0.5, upper_bound=0.7, coverage=coverage)


def _difference(value: float, low: float, high: float) -> Comparison:
    return Comparison(value, low, high, p_value=0.2, n_queries=91)


@pytest.mark.parametrize(
    ("value", "low", "high", "outcome", "ending"),
    [
        (0.61, 0.605, 0.64, Outcome.PASS, "is 0.610 [0.605, 0.640], all of it at or above 0.600"),
        (0.63, 0.61, 0.64, Outcome.PASS, "is 0.63 [0.61, 0.64], all of it at or above 0.60"),
        (0.62, 0.60, 0.64, Outcome.PASS, "is 0.62 [0.60, 0.64], all of it at or above 0.60"),
        (0.55, 0.51, 0.59, Outcome.FAIL, "is 0.55 [0.51, 0.59], all of it below 0.60"),
        (0.55, 0.51, 0.5996, Outcome.FAIL, "is 0.5500 [0.5100, 0.5996], all of it below 0.6000"),
        (0.58, 0.56, 0.60, Outcome.UNDECIDED, "is 0.58 [0.56, 0.60], on both sides of 0.60: some "),
        (0.61, 0.58, 0.64, Outcome.UNDECIDED, "is 0.61 [0.58, 0.64], on both sides of 0.60: some "),
    ],
)
def test_minimum_looks_at_the_whole_interval(
    value: float, low: float, high: float, outcome: Outcome, ending: str
) -> None:
    result = judge_minimum(_summary(value, low, high, 1.0), 0.6, subject=RULE.subject)

    assert result.outcome is outcome
    assert result.reason.startswith(f"PWAS@10 of minilm-384 {ending}")


def test_threshold_is_shown_whole() -> None:
    result = judge_minimum(_summary(0.7, 0.65, 0.75, 1.0), 0.605)

    assert result.reason == "the value is 0.700 [0.650, 0.750], all of it at or above 0.605"


def test_below_the_coverage_floor_nothing_is_decided() -> None:
    result = judge_minimum(_summary(0.9, 0.88, 0.92, 0.9496), 0.6, subject=RULE.subject)

    assert result == RuleResult(
        Outcome.UNDECIDED,
        "PWAS@10 of minilm-384 rests on 0.9496 of its pairs, below the coverage floor of 0.9500: "
        "rate the pairs that are unrated",
    )


@pytest.mark.parametrize("coverage", [0.95, 1.0, None])
def test_coverage_at_the_floor_or_without_pairs_is_enough(coverage: float | None) -> None:
    assert judge_minimum(_summary(0.9, 0.88, 0.92, coverage), 0.6).outcome is Outcome.PASS


def test_coverage_floor_can_be_set() -> None:
    assert judge_minimum(_summary(0.9, 0.88, 0.92, 0.5), 0.6, coverage_floor=0.5).outcome is Outcome.PASS


def test_undefined_value_is_undecided() -> None:
    result = judge_minimum(Summary(None, None, None, 0), 0.6, subject="PWAS@10 of a")

    assert result == RuleResult(
        Outcome.UNDECIDED,
        "PWAS@10 of a is undefined: no query has a value; rate its hits or add queries",
    )


def test_single_query_is_undecided() -> None:
    result = judge_minimum(Summary(0.9, None, None, 1), 0.6, subject="PWAS@10 of a")

    assert result.outcome is Outcome.UNDECIDED
    assert result.reason == "PWAS@10 of a is 0.90 on a single query, which has no interval: add queries"


@pytest.mark.parametrize(
    ("comparison", "margin", "outcome", "reason"),
    [
        (
            _difference(-0.002, -0.008, 0.004),
            0.01,
            Outcome.PASS,
            "PWAS@10 of a minus b is -0.002 [-0.008, 0.004], all of it at or above -0.010",
        ),
        (
            _difference(-0.03, -0.05, -0.02),
            0.01,
            Outcome.FAIL,
            "PWAS@10 of a minus b is -0.03 [-0.05, -0.02], all of it below -0.01",
        ),
        (
            _difference(0.0, -0.02, 0.02),
            0.01,
            Outcome.UNDECIDED,
            # s = 0.02 / t_90 * sqrt(91) = 0.096; (2.80 * 0.096 / 0.01)^2 is some 724, and t for z adds two.
            "PWAS@10 of a minus b is 0.00 [-0.02, 0.02], on both sides of -0.01: "
            "some 635 more queries like these 91 would settle it",
        ),
        (
            _difference(0.0, 0.0, 0.0),
            0.0,
            Outcome.PASS,
            "PWAS@10 of a minus b is 0.00 [0.00, 0.00], all of it at or above 0.00",
        ),
        (
            _difference(0.05, 0.03, 0.07),
            -0.02,
            Outcome.PASS,
            "PWAS@10 of a minus b is 0.05 [0.03, 0.07], all of it at or above 0.02",
        ),
    ],
)
def test_margin_allows_to_be_worse_by_that_much(
    comparison: Comparison, margin: float, outcome: Outcome, reason: str
) -> None:
    rule = GateRule("a", "PWAS@10", baseline="b", margin=margin)

    result = judge_margin(comparison, margin, 1.0, subject=rule.subject)
    assert (result.outcome, result.reason) == (outcome, reason)


def test_margin_heeds_the_coverage_floor() -> None:
    result = judge_margin(_difference(0.1, 0.08, 0.12), 0.01, coverage=0.5)

    assert result.outcome is Outcome.UNDECIDED
    assert "rests on 0.50 of its pairs, below the coverage floor of 0.95" in result.reason


def test_margin_without_a_common_query_is_undecided() -> None:
    result = judge_margin(Comparison(None, None, None, None, 0), 0.01, coverage=None)

    assert result.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(("minimum", "baseline"), [(None, None), (0.6, "b")])
def test_rule_needs_either_a_minimum_or_a_baseline(minimum: float | None, baseline: str | None) -> None:
    with pytest.raises(InvalidGateRule, match="the gate rule for PWAS@10 of a needs a minimum or a baseline"):
        GateRule("a", "PWAS@10", minimum=minimum, baseline=baseline)


@pytest.mark.parametrize(
    ("outcomes", "gate"),
    [
        ([], "pass"),
        (["pass", "pass"], "pass"),
        (["pass", "undecided"], "undecided"),
        (["undecided", "fail", "pass"], "fail"),
    ],
)
def test_gate_is_its_worst_rule(outcomes: list[str], gate: str) -> None:
    assert combine(Outcome(outcome) for outcome in outcomes) == gate


@given(
    ends=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)).map(sorted),
    minimums=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)).map(sorted),
)
def test_a_higher_minimum_is_never_easier(ends: list[float], minimums: list[float]) -> None:
    order = [Outcome.FAIL, Outcome.UNDECIDED, Outcome.PASS]
    low, high = ends
    summary = _summary((low + high) / 2, low, high, coverage=1.0)

    easier, harder = (order.index(judge_minimum(summary, minimum).outcome) for minimum in minimums)

    assert harder <= easier


def test_a_rule_of_a_segment_says_so() -> None:
    rule = GateRule("a", "PWAS@10", baseline="b of campaign 12", segment="long tail")
    assert rule.subject == "PWAS@10 of a minus b of campaign 12, queries tagged long tail,"


def test_queries_that_settle_are_counted_as_a_sample_size_is() -> None:
    # n = 25, half width 0.2064: s = 0.2064 / 2.0639 * 5 = 0.5; 0.25 away is half of s: Cohen's 34 queries.
    needs = needs_of_interval(0.75, 0.5436, 0.9564, 0.5, n_queries=25)
    assert (needs.queries, needs.labels, needs.grades) == (9, None, None)
    assert needs.in_words == "some 9 more queries like these 25 would settle it"


def test_no_number_of_queries_settles_a_value_at_the_threshold() -> None:
    result = judge_minimum(_summary(0.6, 0.55, 0.65, 1.0), 0.6)
    assert (result.outcome, result.needs.queries) == (Outcome.UNDECIDED, None)
    assert result.reason.endswith("no number of queries settles it; choose another threshold")


@pytest.mark.parametrize(
    ("pairs", "floor", "needs", "words"),
    [
        # 0.95 * 910 = 864.5: the 865th pair reaches the floor.
        (Pairs(910, 800), 0.95, (None, None, 65), "65 more grades by the rater, of 110 missing, reach it"),
        # 0.95 * 20 is 19, and not a rounding error more.
        (Pairs(20, 18, True), 0.95, (None, 1, None), "1 more labels by people, of 2 missing, reach it"),
    ],
)
def test_a_coverage_floor_says_how_many_pairs_reach_it(
    pairs: Pairs, floor: float, needs: tuple[int | None, ...], words: str
) -> None:
    result = judge_minimum(_summary(0.9, 0.88, 0.92, pairs.n_rated / pairs.n), 0.6, floor, pairs=pairs)
    assert result.outcome is Outcome.UNDECIDED
    assert (result.needs.queries, result.needs.labels, result.needs.grades) == needs
    assert result.reason.endswith(words)


@pytest.mark.parametrize(
    ("spent", "outcome", "reason"),
    [
        (1.9999, Outcome.PASS, "the campaign paid $1.9999, at most $2.0000"),
        (2.0, Outcome.PASS, "the campaign paid $2.0000, at most $2.0000"),
        (2.0001, Outcome.FAIL, "the campaign paid $2.0001, more than $2.0000"),
        (None, Outcome.UNDECIDED, "what the campaign paid was not counted: run it again"),
    ],
)
def test_what_was_paid_is_held_against_a_maximum(spent: float | None, outcome: Outcome, reason: str) -> None:
    assert judge_cost(spent, 2.0) == RuleResult(outcome, reason)


def test_a_missing_baseline_is_undecided_unless_it_may_be_missing() -> None:
    why = 'no campaign "nightly" has passed on branch main yet'
    refused, let_through = (judge_missing(why, is_passed=is_passed) for is_passed in (False, True))
    assert refused.outcome is Outcome.UNDECIDED
    assert refused.reason == f"{why}: let one pass there first, or write if_missing: pass"
    assert let_through.outcome is Outcome.PASS
    assert let_through.reason.startswith(why)


SHARE = st.floats(0.0, 1.0)


@given(st.tuples(SHARE, SHARE, SHARE).map(sorted), SHARE, SHARE)
def test_a_higher_floor_is_never_easier(ends: list[float], one: float, other: float) -> None:
    low, value, high = ends
    summary = _summary(value, low, high, 0.5)
    easier, harder = (judge_minimum(summary, 0.5, floor).outcome for floor in sorted((one, other)))
    assert harder in (easier, Outcome.UNDECIDED)


@given(st.tuples(SHARE, SHARE, SHARE).map(sorted), st.floats(-0.5, 0.5))
def test_the_two_sides_never_both_win(ends: list[float], shift: float) -> None:
    low, value, high = (end + shift - 0.5 for end in ends)
    ours = judge_margin(_difference(value, low, high), 0.0, 1.0).outcome
    theirs = judge_margin(_difference(0.0 - value, 0.0 - high, 0.0 - low), 0.0, 1.0).outcome
    # At least 0 both ways only where there is no difference at all; below 0 both ways never.
    assert (ours, theirs) != (Outcome.FAIL, Outcome.FAIL)
    assert (ours is theirs is Outcome.PASS) == (low == high == 0.0)
    assert (theirs is Outcome.FAIL) == (low > 0.0)


@given(st.tuples(SHARE, SHARE, SHARE).map(sorted), SHARE, st.integers(2, 5000))
def test_only_what_is_undecided_needs_anything(ends: list[float], minimum: float, n_queries: int) -> None:
    low, value, high = ends
    result = judge_minimum(Summary(value, low, high, n_queries), minimum)
    assert result.outcome is Outcome.UNDECIDED or result.needs == Needs()
    assert result.needs.queries is None or result.needs.queries >= 1


def test_a_number_of_queries_that_nobody_asks_is_not_said() -> None:
    # A half-width of 0.0170 on 60 queries at 0.0002 from the threshold: some 690,000 queries.
    needs = needs_of_interval(0.5018, 0.4841, 0.5182, 0.5020, 60)
    assert needs.queries is None
    assert "no number of queries" in needs.in_words
