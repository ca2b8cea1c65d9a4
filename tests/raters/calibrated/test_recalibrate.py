"""Thresholds by kappa, and a model brought to a new domain."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from raters.calibrated.model import CalibratedModel
from raters.calibrated.ordinal import OrdinalModel
from raters.calibrated.recalibrate import UnableToRecalibrate, recalibrate
from raters.calibrated.thresholds import best_thresholds, quadratic_kappas

MODEL = CalibratedModel(
    OrdinalModel(("a", "b"), (0.0, 0.0), (1.0, 1.0), (1.0, 0.5), (-1.0, 0.0, 1.0)), (0.25, 0.5, 0.75)
)


def labels(n: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of a domain whose grades begin `shift` later."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=(n, 2))
    hidden = values @ [1.0, 0.5] + 0.3 * rng.logistic(size=n) - shift
    return values, np.searchsorted([-1.0, 0.0, 1.0], hidden).astype(np.int64)


def test_kappa_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    one, other, collections = (rng.integers(0, n, 300) for n in (4, 4, 3))

    found = quadratic_kappas(one, other, collections, 4)

    for number in range(3):
        rows = collections == number
        theirs = cohen_kappa_score(other[rows], one[rows], weights="quadratic")
        assert found[number] == pytest.approx(theirs)


def test_kappa_of_a_rater_that_never_varies_is_zero() -> None:
    zeros = np.zeros(10, np.int64)

    assert quadratic_kappas(zeros, zeros, zeros, 4).tolist() == [0.0]


def test_thresholds_that_part_the_grades_are_found() -> None:
    gains = np.array([0.1, 0.15, 0.2, 0.5, 0.55, 0.6, 0.9, 0.95])
    grades = np.array([0, 0, 0, 1, 1, 1, 2, 2])

    found = best_thresholds(gains, grades, np.zeros(8, np.int64), np.array([0.3, 0.4]))

    assert np.searchsorted(found, gains, side="right").tolist() == grades.tolist()


def test_a_pull_keeps_thresholds_that_few_labels_doubt() -> None:
    gains, grades = np.array([0.1, 0.3, 0.6, 0.9]), np.array([0, 1, 0, 1])
    start = np.array([0.5])

    assert best_thresholds(gains, grades, np.zeros(4, np.int64), start, pull=1e6) == pytest.approx(start)


def test_a_shifted_domain_is_learned_from_fifty_labels() -> None:
    values, grades = labels(50, shift=2.0)
    tested, gold = labels(2_000, shift=2.0)

    fitted = recalibrate(MODEL, values, grades, max_grade=3)

    before = cohen_kappa_score(gold, MODEL.grades(MODEL.gains(tested)), weights="quadratic")
    after = cohen_kappa_score(gold, fitted.grades(fitted.gains(tested)), weights="quadratic")
    assert after > before + 0.1


def test_another_scale_is_taken_over() -> None:
    values, grades = labels(60)

    fitted = recalibrate(MODEL, values, (grades > 1).astype(np.int64), max_grade=1)

    assert fitted.max_grade == 1
    assert fitted.probabilities(values).shape == (60, 2)


@pytest.mark.parametrize(
    ("n", "grade", "max_grade", "said"),
    [
        (5, None, 3, "better 50"),
        (20, 1, 3, "add pairs of other grades"),
        (20, None, 2, "where the rubric has 0..2"),
    ],
)
def test_labels_that_can_not_teach_are_refused(n: int, grade: int | None, max_grade: int, said: str) -> None:
    values, grades = labels(n)
    if grade is not None:
        grades = np.full(n, grade)
    with pytest.raises(UnableToRecalibrate, match=said):
        recalibrate(MODEL, values, grades, max_grade=max_grade)
