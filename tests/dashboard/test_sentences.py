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


def _agreement(pairs: Pairs, gold_pairs: Pairs) -> str | None:
    said = agreement_sentence("judge", "nDCG@10", ["a", "b", "c"], pairs, gold_pairs)
    return None if said is None else strip_tags(said)


def test_a_rater_that_finds_what_gold_finds() -> None:
    assert _agreement(_pairs(ab="better", ac="better"), _pairs(ab="better", ac="better", bc="tie")) == (
        "Of the 2 differences that nDCG@10 on gold labels finds, judge finds 2 and turns 0 round: "
        "it tells these systems apart as people do."
    )


def test_a_rater_that_finds_nothing_is_not_excused() -> None:
    assert _agreement(
        _pairs(ab="tie", ac="tie", bc="tie"), _pairs(ab="better", ac="better", bc="better")
    ) == (
        "Of the 3 differences that nDCG@10 on gold labels finds, judge finds 0 and turns 0 round: "
        "where it finds none, people may still see one."
    )


def test_a_contradiction_is_said() -> None:
    said = _agreement(_pairs(ac="better", bc="tie"), _pairs(ac="worse", bc="worse"))
    assert said is not None
    assert said.endswith("judge finds 0 and turns 1 round: it contradicts people: do not decide by it.")


def test_gold_labels_that_find_nothing() -> None:
    said = _agreement(_pairs(ab="better"), _pairs(ab="tie", ac="tie", bc="tie"))
    assert said == "nDCG@10 on gold labels finds no difference between these systems either way."


def test_without_gold_there_is_nothing_to_say() -> None:
    assert _agreement(_pairs(ab="better"), Pairs([])) is None
