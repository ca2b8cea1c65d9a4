"""Order of systems, the human ceiling and self-consistency."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kendalltau
from sklearn.metrics import cohen_kappa_score

from evalhub.core.agreement.alpha import grade_counts
from evalhub.core.agreement.figure import estimate
from evalhub.core.agreement.humans import leave_one_out_ceiling, pairwise_ceiling
from evalhub.core.agreement.pairs import MISSING
from evalhub.core.agreement.repeats import exact_repeats, repeat_distance
from evalhub.core.agreement.systems import system_order
from evalhub.core.consensus import consensus_of
from evalhub.core.types import FloatArray
from tests.core.agreement.made import value_of

VALUES = arrays(np.float64, (3, 5), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0]))
IDS = ["a", "b", "c", "d"]


def test_the_order_of_systems_by_hand() -> None:
    # Means by rater .1 .2 .3 .4, by gold .1 .3 .2 .2: five of the six pairs untied, one of them turned.
    rater = np.array([[0.0, 0.1, 0.2, 0.3], [0.2, 0.3, 0.4, 0.5]])
    gold = np.array([[0.1, 0.3, 0.2, 0.2], [0.1, 0.3, 0.2, 0.2]])
    found = estimate(system_order(rater, gold), seed=0)
    # (1,2) (1,3) (1,4) concordant; (2,3) (2,4) turned; (3,4) tied by gold: 1 / sqrt(6 * 5)
    assert found.value == pytest.approx(1 / np.sqrt(30))
    assert (found.low, found.high) == pytest.approx((found.value, found.value))
    assert (found.n_pairs, found.n_queries) == (6, 2)


def test_a_side_that_ties_everything_is_undefined() -> None:
    gold = np.array([[0.1, 0.2], [0.3, 0.4]])
    assert system_order(np.full((2, 2), 0.1 + 0.2), gold).value is None
    # .1 + .2 and .3 differ in the last bit only.
    assert system_order(np.array([[0.1 + 0.2, 0.3]]), np.array([[0.1, 0.2]])).value is None


def test_means_are_over_queries_that_both_sides_define() -> None:
    nan = float("nan")
    rater = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, nan]])
    gold = np.array([[0.0, 1.0], [nan, nan], [0.0, 1.0]])
    # System 1 has .0 and 1. by rater, 0. and 0. by gold; system 2 has 1. and 1.
    assert value_of(system_order(rater, gold)) == 1.0
    assert system_order(np.array([[0.0, nan]]), np.array([[0.0, 1.0]])).value is None


def test_other_queries_are_refused() -> None:
    with pytest.raises(ValueError, match="same queries"):
        system_order(np.zeros((2, 2)), np.zeros((3, 2)))


@given(rater=VALUES, gold=VALUES)
def test_tau_is_that_of_scipy(rater: FloatArray, gold: FloatArray) -> None:
    ours = system_order(rater, gold).value
    reference = kendalltau(np.round(rater.mean(axis=0), 9), np.round(gold.mean(axis=0), 9)).statistic
    assert ours is None if np.isnan(reference) else ours == pytest.approx(reference, abs=1e-12)


def test_the_ceiling_of_two_people_is_their_kappa() -> None:
    grades = np.array([[0, 1, 2, 3], [0, 2, 2, 1]])
    kappa = cohen_kappa_score(grades[0], grades[1], weights="quadratic", labels=range(4))
    assert value_of(pairwise_ceiling(IDS, grades, 3)) == pytest.approx(kappa)
    assert value_of(leave_one_out_ceiling(IDS, grades, 3)) == pytest.approx(kappa)


def test_the_ceiling_of_three_people_by_hand() -> None:
    # First and second agree everywhere; the third shares two pairs and gives both the other grade.
    grades = np.array([[0, 1, 0, 1], [0, 1, 0, 1], [MISSING, MISSING, 1, 0]])
    # kappas: 1, and twice (0 - 1/2) / (1 - 1/2) = -1
    figure = pairwise_ceiling(IDS, grades, 1)
    assert value_of(figure) == pytest.approx((1 - 1 - 1) / 3)
    assert figure.n_pairs == 4


def test_a_consensus_by_median_and_by_majority() -> None:
    # The others of the first: {0, 0, 3}, {1, 3, 3}, {3, 3}: median 0 3 3, majority 0 3 3; with
    # {0, 1, 1, 3, 3} the median is 1, the majority the lower of 1 and 3.
    first = [0, 3, 3, 1]
    others = [[0, 1, 3, 0], [0, 3, 3, 1], [3, 3, MISSING, 1], [MISSING] * 3 + [3], [MISSING] * 3 + [3]]
    grades = np.array([first, *others])
    counts = grade_counts(np.array(others), 3)
    assert consensus_of(counts, "median").tolist() == [0, 3, 3, 1]
    assert consensus_of(counts, "majority").tolist() == [0, 3, 3, 1]
    assert -1.0 <= value_of(leave_one_out_ceiling(IDS, grades, 3, "majority")) <= 1.0


def test_an_even_number_of_others_takes_the_lower_middle_grade() -> None:
    # Person 1 against the lower of 2 and 3, and so on, each by scikit-learn.
    grades = np.array([[0, 1, 2, 3], [1, 1, 3, 3], [0, 2, 2, 2]])
    kappas = []
    for one, two, three in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
        lower = np.minimum(grades[two], grades[three])
        kappas.append(cohen_kappa_score(grades[one], lower, weights="quadratic", labels=range(4)))
    assert value_of(leave_one_out_ceiling(IDS, grades, 3)) == pytest.approx(np.mean(kappas))


def test_one_person_has_no_ceiling() -> None:
    alone = np.array([[0, 1, 2, 3]])
    assert pairwise_ceiling(IDS, alone, 3).value is None
    assert leave_one_out_ceiling(IDS, alone, 3).value is None


def test_self_consistency_by_hand() -> None:
    grades = np.array([[0, 1, 2, 3], [0, 3, MISSING, 3], [0, 1, MISSING, 0]])
    exact = exact_repeats(IDS, grades, 3)
    # a: all three agree; b: 1 of 3 twos; c: graded once; d: 1 of 3.
    assert value_of(exact) == pytest.approx((1 + 1 / 3 + 1 / 3) / 3)
    assert exact.n_pairs == 3
    # a: 0; b: (2 + 0 + 2) / 3; d: (0 + 3 + 3) / 3.
    assert value_of(repeat_distance(IDS, grades, 3)) == pytest.approx((0 + 4 / 3 + 2) / 3)


def test_without_repeats_consistency_is_undefined() -> None:
    assert exact_repeats(IDS, np.array([[0, 1, 2, 3]]), 3).value is None


@given(grades=arrays(np.int64, (3, 6), elements=st.integers(-1, 3)))
def test_repeats_agree_wherever_their_distance_is_zero(grades: np.ndarray) -> None:
    ids = [str(n) for n in range(6)]
    exact, distance = exact_repeats(ids, grades, 3).value, repeat_distance(ids, grades, 3).value
    if exact is None or distance is None:
        assert exact is distance is None
        return
    assert (exact == 1.0) == (distance == 0.0)
    assert 1.0 - exact - 1e-12 <= distance <= 3.0 * (1.0 - exact) + 1e-12
