"""`evalhub rater`, on figures worked out by hand.

Gold, 0..2, and the rater's grade (- is none):

          d1    d2    d3    d4
    q0    2 2   0 0   1 0
    q1    2 1   0 0   1 1   0 -
    q2    1 2   0 0
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalhub.core.digest import text_digest
from evalhub.models import Document, RaterVersion
from tests.cli.conftest import GOLD, GRADES, Ended
from tests.cli.judged import judged, rater_version, unrated

Evalhub = Callable[..., Ended]
Json = dict[str, Any]


@pytest.fixture
def report(evalhub: Evalhub, tmp_path: Path) -> Callable[..., Json]:
    """Run `evalhub rater evaluate` and read its JSON."""

    def read(*arguments: object) -> Json:
        ended = evalhub("rater", "evaluate", *arguments, "--queries", "q", "--json", tmp_path / "r.json")
        assert ended.code == 0, ended.err
        found: Json = json.loads((tmp_path / "r.json").read_text())
        return found

    return read


def value(report: Json, name: str) -> float:
    """A figure that must be defined."""
    found: float = report["figures"][name]["value"]
    return found


def test_the_figures_by_hand(judge: RaterVersion, report: Callable[..., Json]) -> None:
    found = report("judge")
    assert (found["n_pairs"], found["n_queries"]) == (8, 3)
    assert found["confusion"] == [[3, 1, 0], [0, 1, 1], [0, 1, 1]]
    assert value(found, "accuracy") == 5 / 8
    assert value(found, "majority_baseline") == 3 / 8
    # Margins: rater 4 2 2, gold 3 3 2. p_e = (12 + 6 + 4) / 64.
    assert value(found, "kappa") == pytest.approx((40 - 22) / (64 - 22))
    # Squares: observed 3; chance (4*3 + 4*2*4 + 2*3 + 2*2 + 2*3*4 + 2*3) / 8 = 84 / 8.
    assert value(found, "kappa_quadratic") == pytest.approx(1 - 3 / (84 / 8))
    # >= 1: rater 4 of 8, gold 5 of 8, one apart; p_e (4*5 + 4*3) / 64.
    assert value(found, "kappa>=1") == pytest.approx((56 - 32) / (64 - 32))
    # >= 2: two each, one in common: two apart; p_e (2*2 + 6*6) / 64.
    assert value(found, "kappa>=2") == pytest.approx((48 - 40) / (64 - 40))
    assert value(found, "bias_grades") == pytest.approx(-1 / 8)
    assert value(found, "bias_gains") == pytest.approx(-1 / 16)
    # >= 1: positives 1 0 .5 .5 1 against three zeros: 4 * 3 won, 3 tied.
    assert value(found, "auc>=1") == pytest.approx(13.5 / 15)
    # q0: 1 0 against 0: 3/4; q1 and q2: 1.
    assert value(found, "query_auc>=1") == pytest.approx((0.75 + 1 + 1) / 3)
    # >= 2: q0 1 against 0 0; q1 .5 against 0 .5: 3/4; q2 has none.
    assert value(found, "query_auc>=2") == pytest.approx((1 + 0.75) / 2)
    # Gains 0 (gold 0 0 0 .5), .5 (1 .5), 1 (1 .5): sums differ by .5, .5, .5.
    assert value(found, "ece_expected") == pytest.approx(1.5 / 8)
    assert [row["n_pairs"] for row in found["reliability"]["expected"]] == [4, 2, 2]
    assert "ece_grade" not in found["figures"]  # no probabilities were stored


def test_every_figure_has_its_interval_and_its_numbers(
    judge: RaterVersion, report: Callable[..., Json]
) -> None:
    found = report("judge", "--seed", 5)
    assert found["method"]["seed"] == 5
    accuracy = found["figures"]["accuracy"]
    # Per query 2 of 3, 2 of 3, 1 of 2... resampling three queries stays between 1/2 and 2/3.
    assert (accuracy["n_pairs"], accuracy["n_queries"]) == (8, 3)
    assert 0.5 <= accuracy["low"] <= 5 / 8 <= accuracy["high"] <= 2 / 3
    assert report("judge", "--seed", 5) == found


def test_what_has_no_grade_is_counted_and_costs(judge: RaterVersion, report: Callable[..., Json]) -> None:
    found = report("judge")
    assert found["coverage"] == {
        "reference_pairs": 9,
        "rated": 8,
        "unrated": 1,
        "unrated_reasons": {"refused": 1},
        "pending": 0,
        "never_asked": 0,
    }
    assert found["cost"] == {
        "cost_usd": 0.017,
        "input_tokens": 900,
        "output_tokens": 24,
        "latency_s": 5.0,
        "pairs_per_s": 9 / 5,
    }
    assert found["human_ceiling"] is None  # nobody graded a pair that somebody else graded


def test_pending_and_never_asked(collection: None, report: Callable[..., Json]) -> None:
    version = rater_version("slow")
    unrated(version, ("q0", "d1"))
    judged(version, {("q0", "d2"): 1})
    coverage = report("slow")["coverage"]
    assert (coverage["rated"], coverage["pending"], coverage["never_asked"]) == (1, 1, 7)


def test_the_table(judge: RaterVersion, evalhub: Evalhub) -> None:
    ended = evalhub("rater", "evaluate", "judge@1", "--queries", "q")
    assert ended.code == 0
    assert "judge@1 against gold: q on c, 8 pairs of 3 queries" in ended.out
    assert "0.625" in ended.out
    assert "1 unrated (refused 1)" in ended.out
    assert "Cost $0.0170, 900 tokens read, 24 written, 1.8 pairs/s" in ended.out
    assert "left out" not in ended.out
    assert "nan" not in ended.out.lower()


def test_json_on_standard_output_is_nothing_else(judge: RaterVersion, evalhub: Evalhub) -> None:
    ended = evalhub("rater", "evaluate", "judge", "--queries", "q", "--json", "-")
    assert json.loads(ended.out)["n_pairs"] == 8


def test_queries_that_taught_the_rater_are_left_out(
    collection: None, report: Callable[..., Json], evalhub: Evalhub
) -> None:
    version = rater_version("pupil", training={"query_digests": [text_digest("query 0")]})
    judged(version, GRADES)
    found = report("pupil")
    assert found["excluded"] == {"queries": 1, "pairs": 3}
    assert (found["n_pairs"], found["n_queries"]) == (5, 2)
    # q1: 1 of 2; q2: d1 wrong, d2 right.
    assert value(found, "accuracy") == 3 / 5
    out = evalhub("rater", "evaluate", "pupil", "--queries", "q").out
    assert "1 queries with 3 pairs taught a rater: left out." in out


def test_a_rater_trained_on_nobody_knows_what_is_refused(collection: None, evalhub: Evalhub) -> None:
    rater_version("secret", training={"pairs": 9})
    ended = evalhub("rater", "evaluate", "secret", "--queries", "q")
    assert ended.code == 2
    assert "query_digests" in ended.err


def test_a_rater_trained_on_every_query_has_no_figure(collection: None, evalhub: Evalhub) -> None:
    texts = [text_digest(f"query {n}") for n in range(3)]
    judged(rater_version("parrot", training={"query_digests": texts}), GRADES)
    ended = evalhub("rater", "evaluate", "parrot", "--queries", "q")
    assert ended.code == 0
    assert "No pair has a grade by both" in ended.out
    assert "3 queries with 9 pairs taught a rater" in ended.out


def test_a_rater_on_another_scale_is_compared_on_gains(collection: None, report: Callable[..., Json]) -> None:
    version = rater_version("fine", max_grade=4)
    judged(version, {pair: grade * 2 for pair, grade in GRADES.items()})
    found = report("fine")
    assert value(found, "bias_gains") == pytest.approx(-1 / 16)
    assert value(found, "auc>=1") == pytest.approx(13.5 / 15)
    missing = {"accuracy", "kappa", "kappa_quadratic", "alpha_ordinal", "bias_grades"}
    assert not missing & found["figures"].keys()
    assert "0..4, the reference 0..2" in found["scales"]["note"]
    assert [len(row) for row in found["confusion"]] == [3] * 5
    stated = report("fine", "--threshold", "2:1")
    assert value(stated, "kappa>=2:1") == pytest.approx((56 - 32) / (64 - 32))
    assert "stated thresholds 2:1" in stated["scales"]["note"]


def test_the_gold_scale_may_be_stated(judge: RaterVersion, report: Callable[..., Json]) -> None:
    assert report("judge", "--gold-max", 4)["scales"]["reference"] == 4
    assert "kappa" not in report("judge", "--gold-max", 4)["figures"]


def test_calibration_of_probabilities(collection: None, report: Callable[..., Json]) -> None:
    version = rater_version("sure")
    said = {("q0", "d1"): [0.0, 0.2, 0.8], ("q0", "d2"): [0.6, 0.4, 0.0]}
    judged(version, {("q0", "d1"): 2, ("q0", "d2"): 0, ("q0", "d3"): 0}, probabilities=said)
    found = report("sure")
    # Both grades are right: |1 - .8| and |1 - .6|, one pair each.
    assert value(found, "ece_grade") == pytest.approx((0.2 + 0.4) / 2)
    assert found["figures"]["ece_grade"]["n_pairs"] == 2
    assert [row["predicted"] for row in found["reliability"]["grade"]] == pytest.approx([0.6, 0.8])


def test_repeats_are_held_against_each_other(judge: RaterVersion, report: Callable[..., Json]) -> None:
    judged(judge, {("q0", "d1"): 2, ("q0", "d2"): 2}, repeat=1)
    found = report("judge")
    assert found["n_pairs"] == 8
    # d1: 2 2; d2: 0 2.
    assert found["self_consistency"]["exact"]["value"] == 0.5
    assert found["self_consistency"]["mean_distance"]["value"] == 1.0


def test_without_repeats_consistency_is_null(judge: RaterVersion, report: Callable[..., Json]) -> None:
    assert report("judge")["self_consistency"]["exact"]["value"] is None


def test_against_another_rater(judge: RaterVersion, report: Callable[..., Json]) -> None:
    other = rater_version("other")
    judged(other, {("q0", "d1"): 2, ("q1", "d1"): 2, ("q2", "d9"): 2})
    found = report("judge", "--against", "other")
    assert (found["reference"]["name"], found["reference"]["corpus"]) == ("other v1", None)
    assert found["n_pairs"] == 3  # q2 d9 has no gold label, and needs none
    assert value(found, "accuracy") == pytest.approx(2 / 3)


def test_paired_differences_to_another_rater(
    judge: RaterVersion, report: Callable[..., Json], evalhub: Evalhub
) -> None:
    better = rater_version("better")
    judged(better, {**GRADES, ("q0", "d3"): 1, ("q1", "d4"): 0})
    found = report("better", "--compare", "judge")["compared"]
    assert (found["rater"]["name"], found["n_pairs"]) == ("judge", 8)
    difference = found["differences"]["accuracy"]
    # One more of eight; per query 1/3, 0, 0.
    assert difference["value"] == pytest.approx(1 / 8)
    assert 0.0 == difference["low"] <= difference["high"] <= 1 / 3 + 1e-12
    out = evalhub("rater", "evaluate", "better", "--queries", "q", "--compare", "judge").out
    assert "better@1 - judge@1" in out


def test_only_current_texts_and_labels_count(
    judge: RaterVersion, report: Callable[..., Json], evalhub: Evalhub, sample: Path
) -> None:
    corpus = (sample / "corpus.jsonl").read_text().replace('"text 1"', '"another text"')
    (sample / "corpus.jsonl").write_text(corpus)
    assert evalhub("corpus", "add", "c", sample / "corpus.jsonl").code == 0
    assert Document.objects.filter(doc_id="d1").count() == 2
    coverage = report("judge")["coverage"]
    assert (coverage["rated"], coverage["never_asked"]) == (5, 3)
    (sample / "gold.txt").write_text("q0 0 d2 1\n")
    assert evalhub("gold", "add", "q", sample / "gold.txt").code == 0
    assert report("judge")["coverage"]["reference_pairs"] == 1


def test_equal_queries_under_two_ids_are_one(
    collection: None, report: Callable[..., Json], evalhub: Evalhub, sample: Path
) -> None:
    with (sample / "queries.jsonl").open("a") as out:
        out.write('{"_id": "q9", "text": "query 0"}\n')
    (sample / "gold.txt").write_text(GOLD + "q9 0 d2 2\nq9 0 d5 1\n")
    assert evalhub("queries", "add", "q", sample / "queries.jsonl", "--qrels", sample / "gold.txt").code == 0
    judged(rater_version("judge"), {("q0", "d2"): 2, ("q0", "d5"): 1, ("q1", "d1"): 2})
    found = report("judge")
    # d2 has 0 under q0 and 2 under q9: the higher label counts, once.
    assert (found["coverage"]["reference_pairs"], found["n_pairs"], found["n_queries"]) == (10, 3, 2)
    assert value(found, "accuracy") == 1.0
