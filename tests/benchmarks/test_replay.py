"""The replay of review queues, on numbers worked by hand."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.replay.curves import Replay, error_curves, labels_needed, needed_intervals, needed_of_random
from benchmarks.replay.curves import replay as replay_of
from benchmarks.replay.drawing import save_plot
from benchmarks.replay.labels import Labels, read_labels
from benchmarks.replay.orders import ORDERS, Pool
from benchmarks.replay.systems import contest, score_weights
from evalhub.core.influence import gap, swing


def pool(swing: list[float], first: list[int], second: list[int], human: list[int]) -> Pool:
    """Of one rater pair; grades of 0..3."""
    gains = [np.array([grades], dtype=float) / 3 for grades in (first, second)]
    return Pool(np.array(swing), gains[0], gains[1], np.array(human, dtype=float) / 3)


def order(name: str, of: Pool, seed: int = 1) -> list[int]:
    found: list[int] = ORDERS[name](of, np.random.default_rng(seed))[0].tolist()
    return found


# swing x gap: 0, .1 x 1, .2 x 1/3, .05 x 2/3; with a grade more: .3 x 1/3, .1 x 4/3, .2 x 2/3, .05 x 1.
FOUR = pool([0.3, 0.1, 0.2, 0.05], [0, 0, 1, 3], [0, 3, 2, 1], [3, 1, 1, 3])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("swing x gap", [1, 2, 3, 0]),
        ("gap", [1, 3, 2, 0]),
        ("swing", [0, 2, 1, 3]),
        ("influence", [1, 2, 0, 3]),
        ("knowing the errors", [0, 1]),
    ],
)
def test_orders(name: str, expected: list[int]) -> None:
    # .2 x 2/3 and .1 x 4/3 are one influence: the tie is either way round.
    found = order(name, FOUR)
    assert found[: len(expected)] == expected or (name == "influence" and found == [2, 1, 0, 3])
    assert sorted(found) == [0, 1, 2, 3]


def test_swing_and_gap_are_those_of_the_product() -> None:
    made = labels()
    one = contest(made, 5, np.random.default_rng(3))
    rng = np.random.default_rng(3)
    first, second = made.raters[:2, one.pairs]
    for place in rng.integers(0, one.pairs.size, 10):
        gains = [float(first[place]), float(second[place])]
        here = Pool(np.abs(one.difference), first[None], second[None], made.human[one.pairs])
        assert here.gap[0, place] == pytest.approx(gap(gains))
    # Ranks 1 and 3 of two queries' lists at K=3: (1 - 0.5) / 2.1309 / 2.
    weights = [1 / 2.13093 / 2, 0.5 / 2.13093 / 2]
    assert swing(weights, 2) == pytest.approx(0.11732, abs=1e-5)
    two = Labels(np.array([0, 0, 0, 1, 1, 1]), np.zeros(6), np.zeros((2, 6)))
    there = score_weights(two, np.array([3.0, 2, 1, 3, 2, 1]), 3)
    turned = score_weights(two, np.array([1.0, 2, 3, 3, 2, 1]), 3)
    assert np.abs(there - turned).tolist() == pytest.approx([0.11732, 0, 0.11732, 0, 0, 0], abs=1e-5)


def test_ties_are_broken_at_random() -> None:
    same = pool([0.1] * 4, [0] * 4, [1] * 4, [0] * 4)
    firsts = {order("influence", same, seed)[0] for seed in range(40)}
    assert firsts == {0, 1, 2, 3}


def test_the_learnt_order_asks_first_where_the_rater_was_found_wrong() -> None:
    # Half of 60 pairs are graded 0 and 0 by both, half 3 and 3; people say 3 of the former, 3 of the latter.
    grades = [0, 3] * 30
    asked = order("learnt", pool([0.1] * 60, grades, grades, [3] * 60))
    assert sorted(asked) == list(range(60))
    wrong_left = sum(1 for place in range(60) if place % 2 == 0 and place not in asked[:25])
    after = asked[25 : 25 + wrong_left]
    assert [place % 2 for place in after] == [0] * wrong_left


def test_error_curves_end_at_nothing_and_may_rise() -> None:
    curves = error_curves(np.array([[0.2, -0.1, 0.1]]), np.array([[0, 1, 2]]))
    np.testing.assert_allclose(curves, [[0.2, 0.0, 0.1, 0.0]], atol=1e-12)


def test_labels_needed_is_from_where_the_error_stays_below() -> None:
    curve = np.array([1.0, 0.4, 0.6, 0.3, 0.0])
    assert labels_needed(curve, 0.5) == 3
    assert labels_needed(curve, 1.0) == 0
    assert labels_needed(curve, 0.0) == 4


def test_needed_and_its_interval() -> None:
    random = np.array([[1.0, 0.75, 0.5, 0.25, 0.0]] * 3)
    better = np.array([[1.0, 0.5, 0.2, 0.1, 0.0]] * 3)
    found = Replay({"random": random, "influence": better}, np.zeros(3), np.full(3, 4), np.zeros(3))
    assert needed_of_random(found.errors, "influence", [2, 4]) == [1, 4]
    assert needed_of_random(found.errors, "random", [2, 4]) == [2, 4]
    # All contests are alike, so that every resample is too.
    assert needed_intervals(found, "influence", [2, 4], seed=1) == [(0.5, 0.5), (1.0, 1.0)]


def labels(n_queries: int = 4, n_each: int = 30, seed: int = 0) -> Labels:
    rng = np.random.default_rng(seed)
    grades = rng.integers(0, 4, size=(4, n_queries * n_each)) / 3
    return Labels(np.repeat(np.arange(n_queries), n_each), grades[0], grades[1:])


def test_weights_are_those_of_pwas() -> None:
    made = Labels(np.array([0, 0, 0, 1]), np.zeros(4), np.zeros((2, 4)))
    # log2 at K=2: 1 and 0.6309 of 1.6309, each query half; the one hit of the second query is short of one.
    found = score_weights(made, np.array([0.1, 3.0, 2.0, 0.0]), 2)
    np.testing.assert_allclose(found, [0, 0.30657, 0.19343, 0.30657], atol=5e-6)


def test_a_contest_is_the_pool_of_two_top_ranks() -> None:
    found = contest(labels(), 5, np.random.default_rng(3))
    n_both = round(found.overlap * 20)
    assert found.pairs.size == 40 - n_both
    # Both systems give out the same weight.
    assert found.difference.sum() == pytest.approx(0)


def test_a_replay_is_the_same_for_the_same_seed() -> None:
    first, again = (replay_of(labels(), n_contests=3, n_raters=4, cutoff=5, seed=7) for _ in range(2))
    for name, curves in first.errors.items():
        np.testing.assert_array_equal(curves, again.errors[name])
        assert curves.shape == (3, 41)
        np.testing.assert_allclose(curves[:, 0], first.errors["random"][:, 0])
        np.testing.assert_allclose(curves[:, 40], 0, atol=1e-12)


def test_labels_are_read_and_clipped(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("query-id,corpus-id,human,a,b\nq2,p1,3,5,0\nq1,p2,0,1,2\n")
    found = read_labels(path)
    assert found.query.tolist() == [1, 0]
    assert found.human.tolist() == [1, 0]
    np.testing.assert_allclose(found.raters, [[1, 1 / 3], [0, 2 / 3]])


def test_the_plot_has_a_line_for_each_order_shown(tmp_path: Path) -> None:
    path = tmp_path / "replay.svg"
    save_plot(replay_of(labels(), n_contests=2, n_raters=2, cutoff=5, seed=1), 20, path)
    drawn = path.read_text()
    assert all(name in drawn for name in ("random", "gap", "influence: swing", "one grade", "swing x gap"))
