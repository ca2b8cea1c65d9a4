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
    judge_margin,
    judge_minimum,
)
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
        (0.58, 0.56, 0.60, Outcome.UNDECIDED, "is 0.58 [0.56, 0.60], on both sides of 0.60: add queries"),
        (0.61, 0.58, 0.64, Outcome.UNDECIDED, "is 0.61 [0.58, 0.64], on both sides of 0.60: add queries"),
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
            "PWAS@10 of a minus b is 0.00 [-0.02, 0.02], on both sides of -0.01: add queries to narrow it",
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

    assert judge_margin(comparison, margin, 1.0, subject=rule.subject) == RuleResult(outcome, reason)


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
