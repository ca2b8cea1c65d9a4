"""How far raters are apart, by hand and against scipy."""

import pytest
from scipy.stats import entropy

from evalhub.core.disagreement import mean_difference, mean_entropy


def test_two_graders_differ_by_what_their_gains_differ() -> None:
    # |1 - 1/3| and |0 - 0|; the third pair has one grade only.
    assert mean_difference([[1.0, 1 / 3], [0.0, 0.0], [1.0, None]]) == pytest.approx(1 / 3)


def test_every_two_of_three_graders_count() -> None:
    # |0 - 1|, |0 - 0.5|, |1 - 0.5|
    assert mean_difference([[0.0, 1.0, 0.5]]) == pytest.approx(2 / 3)


def test_without_two_grades_of_one_pair_nothing_is_known() -> None:
    assert mean_difference([[1.0, None], [None, 0.0]]) is None
    assert mean_difference([]) is None


def test_entropy_is_a_share_of_knowing_nothing() -> None:
    assert mean_entropy([[0.25, 0.25, 0.25, 0.25]]) == pytest.approx(1.0)
    assert mean_entropy([[0.0, 1.0, 0.0, 0.0]]) == 0.0
    assert mean_entropy([]) is None


def test_entropy_is_that_of_scipy() -> None:
    distributions = [[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1]]
    expected = sum(entropy(one, base=4) for one in distributions) / 2
    assert mean_entropy(distributions) == pytest.approx(expected)
