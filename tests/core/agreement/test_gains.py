"""Bias, calibration and AUC, by hand and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from evalhub.core.agreement.auc import auc, query_auc
from evalhub.core.agreement.bias import bias_in_gains, bias_in_grades
from evalhub.core.agreement.calibration import (
    Calibration,
    ReliabilityPoint,
    expected_calibration,
    grade_calibration,
)
from evalhub.core.agreement.confusion import UnequalScales
from evalhub.core.agreement.figure import estimate
from evalhub.core.agreement.pairs import GradedPairs
from tests.core.agreement.made import ints, pairs_of, value_of

WITH_GAINS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]), st.sampled_from("abc")),
    min_size=1,
    max_size=40,
)


def test_bias_by_hand() -> None:
    pairs = pairs_of([3, 1, 2], [1, 1, 3])
    assert value_of(bias_in_grades(pairs)) == pytest.approx((2 + 0 - 1) / 3)
    gains = np.array([0.9, 0.4, 0.6])
    assert value_of(bias_in_gains(pairs, gains)) == pytest.approx((1.9 - 5 / 3) / 3)


def test_bias_in_grades_needs_one_scale_and_gains_do_not() -> None:
    pairs = GradedPairs(["a", "b"], ints(3, 0), ints(1, 1), rater_max=3, gold_max=1)
    with pytest.raises(UnequalScales, match="take the bias in gains"):
        bias_in_grades(pairs)
    assert value_of(bias_in_gains(pairs, np.array([1.0, 0.0]))) == pytest.approx(-0.5)


def test_calibration_by_hand() -> None:
    predicted = np.array([0.05, 0.15, 0.95, 1.0, 0.1])
    observed = np.array([0.0, 1.0, 1.0, 0.0, 0.0])
    calibration = Calibration(["a", "b", "c", "d", "e"], predicted, observed)
    # Bins [0, .1): 1 pair; [.1, .2): 2, said .25, found 1; [.9, 1]: 2, said 1.95, found 1.
    assert value_of(calibration.error()) == pytest.approx((0.05 + 0.75 + 0.95) / 5)
    first, second, last = calibration.points()
    assert first == ReliabilityPoint(0.0, 0.1, 1, 0.05, 0.0)
    assert (second.low, second.n_pairs, second.observed) == (0.1, 2, 0.5)
    assert second.predicted == pytest.approx(0.125)
    assert (last.high, last.n_pairs) == (1.0, 2)


def test_calibration_of_the_chosen_grade() -> None:
    pairs = pairs_of([1, 0], [1, 1], max_grade=1)
    said = grade_calibration(pairs, np.array([[0.2, 0.8], [0.6, 0.4]]))
    assert said.predicted.tolist() == [0.8, 0.6]
    assert said.observed.tolist() == [1.0, 0.0]
    assert value_of(said.error()) == pytest.approx((0.2 + 0.6) / 2)


def test_calibration_of_the_expected_grade_takes_two_scales() -> None:
    pairs = GradedPairs(["a", "b"], ints(3, 0), ints(1, 0), rater_max=3, gold_max=1)
    assert value_of(expected_calibration(pairs, np.array([0.7, 0.2])).error()) == pytest.approx(0.25)


def test_nothing_to_calibrate_is_undefined() -> None:
    assert Calibration([], np.array([]), np.array([])).error().value is None


def test_a_rater_that_is_always_right_and_sure_is_calibrated() -> None:
    assert Calibration(["a", "b"], np.array([0.0, 1.0]), np.array([0.0, 1.0])).error().value == 0.0


def test_auc_by_hand() -> None:
    # Positives .9 .5, negatives .5 .1: won 1, 1, tied 1/2, won 1.
    pairs = pairs_of([3, 2, 2, 0], [2, 1, 0, 0], query_ids=["a", "b", "a", "b"])
    gains = np.array([0.9, 0.5, 0.5, 0.1])
    assert value_of(auc(pairs, gains, 1)) == pytest.approx(3.5 / 4)
    # Within a: .9 over .5; within b: .5 over .1.
    assert value_of(query_auc(pairs, gains, 1)) == 1.0
    # From grade 2 on only .9 is positive; query b has no positive pair.
    assert value_of(auc(pairs, gains, 2)) == 1.0
    assert estimate(query_auc(pairs, gains, 2), seed=0).n_queries == 1
    assert query_auc(pairs, gains, 2).n_pairs == 2


def test_a_lenient_query_costs_auc_and_not_query_auc() -> None:
    pairs = pairs_of([0, 0, 0, 0], [1, 0, 1, 0], query_ids=["a", "a", "b", "b"])
    gains = np.array([0.2, 0.1, 0.9, 0.8])
    assert value_of(query_auc(pairs, gains, 1)) == 1.0
    assert value_of(auc(pairs, gains, 1)) == 0.75


def test_a_query_that_is_turned_round_counts_as_one() -> None:
    pairs = pairs_of([0, 0, 0, 0], [1, 0, 0, 1], query_ids=["a", "a", "b", "b"])
    found = estimate(query_auc(pairs, np.array([0.2, 0.1, 0.9, 0.8]), 1), seed=0)
    assert (found.value, found.low, found.high, found.n_queries) == (0.5, 0.0, 1.0, 2)


def test_one_side_only_is_undefined() -> None:
    pairs = pairs_of([1, 2], [1, 1])
    gains = np.array([0.3, 0.6])
    assert auc(pairs, gains, 1).value is None
    assert query_auc(pairs, gains, 1).value is None


@given(rows=WITH_GAINS)
def test_auc_is_that_of_scikit_learn(rows: list[tuple[int, float, str]]) -> None:
    gold, gains, query_ids = zip(*rows, strict=True)
    pairs = pairs_of([0] * len(rows), gold, query_ids=query_ids)
    positive = [grade >= 2 for grade in gold]
    ours = auc(pairs, np.array(gains), 2).value
    if len(set(positive)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(roc_auc_score(positive, gains), abs=1e-12)
    by_query = []
    for query in "abc":
        mine = [row for row in rows if row[2] == query]
        if len({row[0] >= 2 for row in mine}) == 2:
            by_query.append(roc_auc_score([row[0] >= 2 for row in mine], [row[1] for row in mine]))
    mean = query_auc(pairs, np.array(gains), 2).value
    assert mean == pytest.approx(np.mean(by_query)) if by_query else mean is None


@given(rows=WITH_GAINS)
def test_turning_the_gains_round_turns_auc_round(rows: list[tuple[int, float, str]]) -> None:
    pairs = pairs_of([0] * len(rows), [row[0] for row in rows], query_ids=[row[2] for row in rows])
    gains = np.array([row[1] for row in rows])
    ours, turned = auc(pairs, gains, 1).value, auc(pairs, 1.0 - gains, 1).value
    assert ours == pytest.approx(1.0 - turned) if turned is not None else ours is None


@given(rows=WITH_GAINS, n_bins=st.integers(1, 20))
def test_calibration_error_is_a_share_and_points_hold_every_pair(
    rows: list[tuple[int, float, str]], n_bins: int
) -> None:
    predicted = np.array([row[1] for row in rows])
    observed = np.array([row[0] / 3 for row in rows])
    calibration = Calibration([row[2] for row in rows], predicted, observed, n_bins)
    error = value_of(calibration.error())
    assert abs(predicted.mean() - observed.mean()) - 1e-12 <= error <= 1.0
    assert sum(point.n_pairs for point in calibration.points()) == len(rows)
