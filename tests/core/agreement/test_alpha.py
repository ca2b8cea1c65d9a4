"""Krippendorff's alpha, on his own example and against the package that carries his name."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evalhub.core.agreement.alpha import Level, alpha, alpha_of_pairs
from evalhub.core.agreement.pairs import MISSING, GradedPairs, GradeOffScale
from evalhub.core.types import IntArray
from tests.core.agreement.made import ints, pairs_of, value_of

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
# Krippendorff 2011, section C: four observers, twelve units, grades 1..5.
EXAMPLE = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, -1, -1, -1],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, -1, 3],
        [-1, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, -1],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, -1],
    ]
)
TABLES = arrays(np.int64, st.tuples(st.integers(2, 4), st.integers(1, 12)), elements=st.integers(-1, 3))


def ids(grades: IntArray) -> list[str]:
    return [f"q{n}" for n in range(grades.shape[1])]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_example(level: Level, published: float) -> None:
    assert value_of(alpha(ids(EXAMPLE), EXAMPLE, 5, level)) == pytest.approx(published, abs=5e-4)


def test_a_pair_with_one_grade_has_no_part_in_it() -> None:
    figure = alpha(ids(EXAMPLE), EXAMPLE, 5)
    assert figure.n_pairs == 11  # the twelfth unit has one grade
    assert figure.value == alpha(ids(EXAMPLE)[:11], EXAMPLE[:, :11], 5).value


def test_nominal_by_hand() -> None:
    # Units 00 01 11: coincidences 00: 2, 01: 1, 10: 1, 11: 2; margins 3 3, n 6.
    # alpha = 1 - 5 * 2 / (2 * 3 * 3)
    assert value_of(alpha_of_pairs(pairs_of([0, 0, 1], [0, 1, 1]), "nominal")) == pytest.approx(1 - 10 / 18)


def test_ordinal_by_hand() -> None:
    # Units 00 12: margins 2 1 1; middle ranks 1, 2.5, 3.5; n 4; d01 1.5, d02 2.5, d12 1.
    # observed 2 * 1; expected 2 * (2 * 2.25 + 2 * 6.25 + 1); alpha = 1 - 3 * 2 / 36.
    assert value_of(alpha_of_pairs(pairs_of([0, 1], [0, 2]))) == pytest.approx(1 - 6 / 36)


def test_all_equal_is_undefined() -> None:
    assert alpha_of_pairs(pairs_of([1, 1], [1, 1])).value is None
    lonely = np.array([[1, MISSING], [MISSING, 2]])
    assert alpha(["a", "b"], lonely, 3).value is None


def test_grades_above_the_scale_are_refused() -> None:
    with pytest.raises(GradeOffScale):
        alpha(["a"], np.array([[1], [4]]), 3)


def test_a_shorter_scale_is_a_part_of_the_longer() -> None:
    pairs = GradedPairs(["a", "b", "c"], ints(3, 0, 1), ints(1, 0, 1), rater_max=3, gold_max=1)
    reference = krippendorff.alpha(np.array([[3, 0, 1], [1, 0, 1]]), level_of_measurement="ordinal")
    assert value_of(alpha_of_pairs(pairs)) == pytest.approx(reference)


@given(grades=TABLES, level=st.sampled_from(LEVELS))
def test_alpha_is_that_of_the_package(grades: IntArray, level: Level) -> None:
    ours = alpha(ids(grades), grades, 3, level).value
    counted = grades[:, (grades != MISSING).sum(axis=0) >= 2]
    if len(set(counted[counted != MISSING].tolist())) < 2:
        assert ours is None
        return
    data = np.where(grades == MISSING, np.nan, grades)
    reference = krippendorff.alpha(data, level_of_measurement=level, value_domain=[0, 1, 2, 3])
    assert ours == pytest.approx(reference, abs=1e-9)


@given(grades=TABLES, level=st.sampled_from(LEVELS))
def test_the_order_of_raters_changes_nothing(grades: IntArray, level: Level) -> None:
    ours = alpha(ids(grades), grades, 3, level).value
    turned = alpha(ids(grades), grades[::-1], 3, level).value
    assert ours == pytest.approx(turned, abs=1e-12) if ours is not None else turned is None
