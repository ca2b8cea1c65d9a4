"""Confusion, accuracy and kappas, by hand and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, cohen_kappa_score
from sklearn.metrics import confusion_matrix as sklearn_matrix

from evalhub.core.agreement.confusion import UnequalScales, accuracy, confusion_matrix, majority_baseline
from evalhub.core.agreement.kappa import KappaWeights, binary_kappa, kappa
from evalhub.core.agreement.pairs import GradedPairs, GradeOffScale
from tests.core.agreement.made import GRADED, ints, pairs_of, value_of

RATER = [0, 0, 1, 1, 2, 2, 2, 0]
GOLD = [0, 0, 0, 1, 1, 2, 2, 2]
"""Five of eight agree. Rater's margins 3 2 3 0, gold's 3 2 3 0; off by one: (1,0), (2,1); by two: (0,2)."""


def test_confusion_by_hand() -> None:
    # rows: the rater's grade
    expected = [[2, 0, 1, 0], [1, 1, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]]
    assert confusion_matrix(pairs_of(RATER, GOLD)).tolist() == expected


def test_accuracy_and_its_baseline_by_hand() -> None:
    assert value_of(accuracy(pairs_of(RATER, GOLD))) == 5 / 8
    assert value_of(majority_baseline(pairs_of(RATER, GOLD))) == 3 / 8


@pytest.mark.parametrize(
    ("weights", "value"),
    [
        # Chance: p_e = (9 + 4 + 9) / 64; kappa = (5/8 - 22/64) / (1 - 22/64).
        ("none", (40 - 22) / (64 - 22)),
        # Observed |i-j|: 1 + 1 + 2 = 4. Chance: (2*3*2*1 + 2*2*3*1 + 2*3*3*2) / 8 = 60 / 8.
        ("linear", 1 - 4 / (60 / 8)),
        # Observed (i-j)^2: 1 + 1 + 4 = 6. Chance: (12 + 12 + 2*3*3*4) / 8 = 96 / 8.
        ("quadratic", 1 - 6 / (96 / 8)),
    ],
)
def test_kappa_by_hand(weights: KappaWeights, value: float) -> None:
    assert value_of(kappa(pairs_of(RATER, GOLD), weights)) == pytest.approx(value, abs=1e-15)


def test_binary_kappa_by_hand() -> None:
    # >= 1: rater 01110.. : 0 0 1 1 1 1 1 0 against 0 0 0 1 1 1 1 1: 6 of 8 agree, both have 5 ones.
    # p_e = (25 + 9) / 64; kappa = (48 - 34) / (64 - 34).
    assert value_of(binary_kappa(pairs_of(RATER, GOLD), 1)) == pytest.approx(14 / 30)


def test_a_threshold_on_each_side_compares_two_scales() -> None:
    pairs = GradedPairs(["a", "b", "c", "d"], ints(3, 2, 1, 0), ints(1, 1, 0, 0), rater_max=3, gold_max=1)
    assert value_of(binary_kappa(pairs, 2, 1)) == 1.0
    # 3 | 2 1 0 : one of the two ones is found; p_o 3/4, p_e 1/2.
    assert value_of(binary_kappa(pairs, 3, 1)) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="state a threshold of the gold grades too"):
        binary_kappa(pairs, 2)
    with pytest.raises(ValueError, match=r"that of gold in 1\.\.1"):
        binary_kappa(pairs, 2, 2)


def test_figures_of_one_scale_refuse_two() -> None:
    pairs = GradedPairs(["a"], ints(3), ints(1), rater_max=3, gold_max=1)
    for figure in (kappa, accuracy):
        with pytest.raises(UnequalScales, match=r"0\.\.3 and gold is 0\.\.1"):
            figure(pairs)
    assert confusion_matrix(pairs).tolist() == [[0, 0], [0, 0], [0, 0], [0, 1]]
    assert value_of(majority_baseline(pairs)) == 1.0


def test_one_grade_only_leaves_kappa_undefined() -> None:
    for weights in ("none", "linear", "quadratic"):
        assert kappa(pairs_of([2, 2], [2, 2]), weights).value is None
    # One side constant: agreement is exactly chance.
    assert value_of(kappa(pairs_of([2, 2], [2, 1]))) == 0.0


def test_grades_off_the_scale_are_refused() -> None:
    with pytest.raises(GradeOffScale, match=r"rater grades hold 5, which 0\.\.3"):
        pairs_of([5], [1])
    with pytest.raises(GradeOffScale, match="gold grades hold -1"):
        pairs_of([1], [-1])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one of each per pair"):
        pairs_of([1, 2], [1])


@given(pairs=GRADED, weights=st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_is_that_of_scikit_learn(pairs: GradedPairs, weights: KappaWeights) -> None:
    if len({*pairs.rater.tolist(), *pairs.gold.tolist()}) == 1:
        assert kappa(pairs, weights).value is None
        return
    name = None if weights == "none" else weights
    reference = cohen_kappa_score(pairs.rater, pairs.gold, labels=range(4), weights=name)
    assert value_of(kappa(pairs, weights)) == pytest.approx(reference, abs=1e-12)


@given(pairs=GRADED)
def test_confusion_and_accuracy_are_those_of_scikit_learn(pairs: GradedPairs) -> None:
    reference = sklearn_matrix(pairs.rater, pairs.gold, labels=range(4))
    assert confusion_matrix(pairs).tolist() == reference.tolist()
    assert value_of(accuracy(pairs)) == pytest.approx(accuracy_score(pairs.gold, pairs.rater))


@given(pairs=GRADED, weights=st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_knows_no_sides_and_is_at_most_one(pairs: GradedPairs, weights: KappaWeights) -> None:
    swapped = GradedPairs(pairs.query_ids, pairs.gold, pairs.rater, 3, 3)
    ours, theirs = kappa(pairs, weights).value, kappa(swapped, weights).value
    if ours is None or theirs is None:
        assert ours is theirs is None
        return
    assert ours == pytest.approx(theirs, abs=1e-12)
    assert ours <= 1.0
    assert (ours == 1.0) == bool(np.array_equal(pairs.rater, pairs.gold))


@given(pairs=GRADED)
def test_linear_kappa_turns_with_the_scale(pairs: GradedPairs) -> None:
    turned = GradedPairs(pairs.query_ids, 3 - pairs.rater, 3 - pairs.gold, 3, 3)
    assert kappa(pairs, "linear").value == pytest.approx(kappa(turned, "linear").value, abs=1e-12)
