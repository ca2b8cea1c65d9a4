"""What is said of a result."""

from itertools import combinations
from typing import Any

from django.utils.html import strip_tags

from evalhub.dashboard.pairs import Pairs
from evalhub.dashboard.sentences import agreement_sentence, coverage_sentence, leader_sentence

Scores = list[tuple[str, dict[str, Any]]]


def _scores(**values: float | None) -> Scores:
    return [
        (name, {"value": value, "low": 0.1, "high": 0.9, "coverage": 1.0}) for name, value in values.items()
    ]


def _pairs(**verdicts: str) -> Pairs:
    """`ab="better"`: a against b."""
    return Pairs(
        {
            "system": pair[0],
            "baseline": pair[1],
            "difference": 0.04,
            "low": 0.01,
            "high": 0.07,
            "verdict": verdict,
        }
        for pair, verdict in verdicts.items()
    )


def _said(scores: Scores, pairs: Pairs) -> str:
    return strip_tags(leader_sentence(scores, pairs))


def test_the_leader_against_each_other_system() -> None:
    said = _said(_scores(a=0.6, b=0.58, c=0.56), _pairs(ab="tie", ac="better", bc="tie"))
    assert said == "a scores higher than c by 0.040 [0.010, 0.070]; a and b can not be told apart."


def test_several_that_are_tied_with_the_leader_are_not_said_to_be_tied_with_each_other() -> None:
    said = _said(_scores(a=0.6, b=0.58, c=0.56), _pairs(ab="tie", ac="tie", bc="better"))
    assert said == "a can not be told apart from b and c."


def test_several_behind_the_leader() -> None:
    pairs = _pairs(**{f"{x}{y}": "better" for x, y in combinations("abcd", 2)})
    by = "by 0.040 [0.010, 0.070]"
    assert (
        _said(_scores(a=0.6, b=0.5, c=0.4, d=0.3), pairs)
        == f"a scores higher than b {by}, c {by} and d {by}."
    )


def test_one_system_has_a_score_and_no_comparison() -> None:
    assert _said(_scores(a=0.6), Pairs([])) == "a scores 0.600 [0.100, 0.900]."


def test_nothing_rated() -> None:
    assert "No system has a value" in _said(_scores(a=None), Pairs([]))


def test_names_are_escaped_and_isolated() -> None:
    said = leader_sentence(_scores(**{"<b>": 0.6}), Pairs([]))
    assert said.startswith("<bdi>&lt;b&gt;</bdi> scores")


def test_a_coverage_below_the_floor_is_warned_of() -> None:
    scores = _scores(a=0.6, b=0.5)
    assert coverage_sentence(scores, 0.95) is None
    scores[1][1]["coverage"] = 0.9499
    said = coverage_sentence(scores, 0.95)
    assert said is not None
    assert strip_tags(said).startswith("Below the coverage floor of 95.0%: b (94.9%).")


def _agreement(gold: dict[str, float | None], pairs: Pairs, gold_pairs: Pairs) -> str | None:
    said = agreement_sentence("judge", "nDCG@10", _scores(a=0.6, b=0.5, c=0.4), pairs, gold, gold_pairs)
    return None if said is None else strip_tags(said)


def test_the_same_order_as_gold() -> None:
    said = _agreement({"a": 0.3, "b": 0.2, "c": 0.1}, Pairs([]), Pairs([]))
    assert said == "judge orders the systems as nDCG@10 on gold labels does."


def test_another_order_within_the_noise() -> None:
    # a > b > c by the rater; gold has a above b, c above both: a-c and b-c are swapped, 2 of 3 pairs.
    said = _agreement(
        {"a": 0.2, "b": 0.1, "c": 0.3}, _pairs(ac="better", bc="tie"), _pairs(ac="tie", bc="worse")
    )
    assert said == (
        "judge and nDCG@10 on gold labels order 2 of 3 pairs of systems differently: a and c; b and c. "
        "For none of them do both find a difference, so this may be chance."
    )


def test_a_contradiction_is_named() -> None:
    said = _agreement(
        {"a": 0.2, "b": 0.1, "c": 0.3}, _pairs(ac="better", bc="tie"), _pairs(ac="worse", bc="worse")
    )
    assert said is not None
    assert said.endswith("Both find a difference, in opposite directions, for a and c.")


def test_without_gold_there_is_nothing_to_say() -> None:
    assert _agreement({}, Pairs([]), Pairs([])) is None
    assert _agreement({"a": 0.2, "b": None}, Pairs([]), Pairs([])) is None
