"""Proportional odds: values by hand, gradients by differences, fits against scikit-learn."""

import math

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from sklearn.linear_model import LogisticRegression

from raters.calibrated.ordinal import OrdinalModel, _loss, fit, grade_probabilities, refit


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_probabilities_by_hand() -> None:
    found = grade_probabilities(np.array([0.5]), np.array([-1.0, 1.0]))

    # P(>= 1) = s(0.5 + 1) = 0.817574, P(>= 2) = s(0.5 - 1) = 0.377541
    assert found[0].tolist() == pytest.approx([1 - 0.817574, 0.817574 - 0.377541, 0.377541], abs=1e-6)


def test_features_are_shifted_scaled_and_clipped() -> None:
    model = OrdinalModel(("a",), centre=(2.0,), scale=(0.5,), weights=(3.0,), cuts=(0.0,))

    assert model.contributions(np.array([[3.0], [1e9], [-1e9]])).tolist() == [[6.0], [12.0], [-12.0]]
    assert model.expected(np.array([[3.0]]))[0] == pytest.approx(logistic(6.0))


def test_gradients_are_those_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    scores, cuts = rng.normal(size=20), np.array([-1.0, 0.2, 0.9])
    grades, share = rng.integers(0, 4, 20), np.full(20, 1 / 20)

    _, by_score, by_cut = _loss(scores, cuts, grades, share)

    numeric_score = approx_fprime(scores, lambda s: _loss(s, cuts, grades, share)[0])
    numeric_cut = approx_fprime(cuts, lambda c: _loss(scores, c, grades, share)[0])
    assert by_score == pytest.approx(numeric_score, abs=1e-6)
    assert by_cut == pytest.approx(numeric_cut, abs=1e-6)


def test_two_grades_are_logistic_regression() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(400, 3)) * [1, 5, 0.1] + [0, 3, 1]
    grades = (values[:, 0] + rng.logistic(size=400) > 0.5).astype(np.int64)
    weights, ridge = rng.uniform(0.5, 2.0, 400), 0.01

    model = fit(("a", "b", "c"), values, grades, weights, max_grade=1, ridge=ridge)

    theirs = LogisticRegression(C=1 / (ridge * weights.sum()), tol=1e-9)
    theirs.fit(model.standardise(values), grades, sample_weight=weights)
    assert model.weights == pytest.approx(theirs.coef_[0], abs=1e-4)
    assert model.cuts[0] == pytest.approx(-theirs.intercept_[0], abs=1e-4)


def test_the_truth_is_found_again() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(20_000, 2))
    hidden = values @ [1.5, -0.5] + rng.logistic(size=20_000)
    grades = np.searchsorted([-1.0, 0.5, 2.0], hidden).astype(np.int64)

    model = fit(("a", "b"), values, grades, np.ones(20_000), max_grade=3, ridge=0.0)

    assert np.array(model.weights) / model.scale == pytest.approx([1.5, -0.5], abs=0.06)
    assert model.cuts == pytest.approx([-1.0, 0.5, 2.0], abs=0.08)


def test_a_strong_pull_keeps_the_model_and_a_weak_one_lets_it_go() -> None:
    model = OrdinalModel(("a",), (0.0,), (1.0,), (1.0,), (0.0, 1.0))
    values = np.linspace(-2, 2, 40)[:, None]
    grades = np.where(values[:, 0] > 0, 0, 2).astype(np.int64)  # the opposite of what the model thinks

    kept = refit(model, values, grades, np.ones(40), weight_pull=1e6, cut_pull=1e6)
    moved = refit(model, values, grades, np.ones(40), weight_pull=1e-3, cut_pull=1e-3)

    assert kept.weights == pytest.approx(model.weights, abs=1e-3)
    assert kept.cuts == pytest.approx(model.cuts, abs=1e-3)
    assert moved.weights[0] < 0


def test_a_constant_feature_and_an_unseen_grade_do_no_harm() -> None:
    values = np.column_stack([np.linspace(0, 1, 30), np.full(30, 7.0)])
    grades = (values[:, 0] > 0.5).astype(np.int64) * 3

    model = fit(("a", "constant"), values, grades, np.ones(30), max_grade=3, ridge=0.1)

    probabilities = model.probabilities(values)
    assert np.isfinite(probabilities).all()
    assert (probabilities > 0).all()
    assert list(model.cuts) == sorted(model.cuts)


def test_one_grade_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="add pairs of other grades"):
        fit(("a",), np.zeros((3, 1)), np.zeros(3, np.int64), np.ones(3), max_grade=3, ridge=0.1)
