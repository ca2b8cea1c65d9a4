"""Proportional odds: grades as steps of one hidden score.

P(grade >= k | x) = 1 / (1 + exp(-(w . z - c_k))), k = 1..G, c_1 <= ... <= c_G, where z are the features, each
shifted and scaled by what training data said. McCullagh 1980, Regression Models for Ordinal Data, JRSS B 42.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_expit

Floats = npt.NDArray[np.float64]
Grades = npt.NDArray[np.int64]

_SMALLEST_STEP = 1e-3  # between cuts, so that a grade nobody gave keeps a probability
_CLIP = 4.0  # standard deviations: a feature out of all experience says no more than an extreme one


@dataclass(frozen=True, slots=True)
class OrdinalModel:
    """Weights learned from gold.

    Attributes:
        features: names, in the order of the columns.
        centre, scale: of each feature in training.
        weights: of the standardised features.
        cuts: c_1..c_G, rising.
    """

    features: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    cuts: tuple[float, ...]

    @property
    def max_grade(self) -> int:
        """G, the best grade."""
        return len(self.cuts)

    def standardise(self, values: Floats) -> Floats:
        """Shift, scale and clip raw features: (n, n_features) in and out."""
        z = (values - np.array(self.centre)) / np.array(self.scale)
        return np.asarray(np.clip(z, -_CLIP, _CLIP))

    def contributions(self, values: Floats) -> Floats:
        """What each feature adds to the hidden score: (n, n_features)."""
        return np.asarray(self.standardise(values) * np.array(self.weights))

    def probabilities(self, values: Floats) -> Floats:
        """Probabilities of the grades 0..G: (n, G + 1), each row summing to 1."""
        return grade_probabilities(self.contributions(values).sum(axis=1), np.array(self.cuts))

    def expected(self, values: Floats) -> Floats:
        """The expected grade, 0..G: (n,)."""
        return np.asarray(self.probabilities(values) @ np.arange(self.max_grade + 1))


def grade_probabilities(scores: Floats, cuts: Floats) -> Floats:
    """Turn hidden scores (n,) into probabilities (n, G + 1)."""
    at_least = expit(scores[:, None] - cuts[None, :])
    bounded = np.hstack([np.ones((len(scores), 1)), at_least, np.zeros((len(scores), 1))])
    return np.asarray(-np.diff(bounded, axis=1))


def fit(
    features: Sequence[str],
    values: Floats,
    grades: Grades,
    sample_weights: Floats,
    *,
    max_grade: int,
    ridge: float,
) -> OrdinalModel:
    """Learn weights and cuts.

    Args:
        values: raw features, (n, n_features).
        sample_weights: of the rows; only their proportions count.
        ridge: strength of the pull of the weights towards 0, against the mean log-likelihood of a row.

    Raises:
        ValueError: no row, or only one grade: there is nothing to learn.
    """
    if len(set(grades.tolist())) < 2:
        raise ValueError("labels of one grade teach nothing; add pairs of other grades")
    share = sample_weights / sample_weights.sum()
    centre = share @ values
    scale = np.sqrt(share @ (values - centre) ** 2)
    scale[scale < 1e-9] = 1.0
    blank = OrdinalModel(
        tuple(features),
        tuple(centre.tolist()),
        tuple(scale.tolist()),
        (0.0,) * len(features),
        tuple(_prior_cuts(grades, share, max_grade).tolist()),
    )
    return refit(blank, values, grades, share, weight_pull=ridge, cut_pull=0.0)


def refit(
    model: OrdinalModel,
    values: Floats,
    grades: Grades,
    sample_weights: Floats,
    *,
    weight_pull: float,
    cut_pull: float,
) -> OrdinalModel:
    """Learn again from new labels, pulled towards `model`: a maximum a posteriori estimate, Gaussian priors.

    The objective is the mean negative log-likelihood of a row + pull / 2 * squared distance.
    """
    share = sample_weights / sample_weights.sum()
    z = model.standardise(values)
    weights_0, cuts_0 = np.array(model.weights), np.array(model.cuts)
    start = np.concatenate([weights_0, _to_steps(cuts_0)])

    def objective(parameters: Floats) -> tuple[float, Floats]:
        weights, steps = np.split(parameters, [len(weights_0)])
        cuts = _from_steps(steps)
        loss, by_score, by_cut = _loss(z @ weights, cuts, grades, share)
        off_weights, off_cuts = weights - weights_0, cuts - cuts_0
        loss += (weight_pull * off_weights @ off_weights + cut_pull * off_cuts @ off_cuts) / 2
        by_cut = by_cut + cut_pull * off_cuts
        # c_k = step_1 + sum of exp(step_j), j = 2..k
        tail = np.cumsum(by_cut[::-1])[::-1]
        by_step = np.concatenate([tail[:1], tail[1:] * np.exp(steps[1:])])
        return float(loss), np.concatenate([by_score @ z + weight_pull * off_weights, by_step])

    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 2_000})
    weights, steps = np.split(found.x, [len(weights_0)])
    return replace(model, weights=tuple(weights.tolist()), cuts=tuple(_from_steps(steps).tolist()))


def _loss(scores: Floats, cuts: Floats, grades: Grades, share: Floats) -> tuple[float, Floats, Floats]:
    """The weighted negative log-likelihood and its gradients by score (n,) and by cut (G,)."""
    padded = np.concatenate([[-np.inf], cuts, [np.inf]])
    upper, lower = scores - padded[grades], scores - padded[grades + 1]
    # P(g) = s(upper) - s(lower) = s(upper) * s(-lower) * (1 - exp(lower - upper)), stable in both tails.
    gap = padded[grades + 1] - padded[grades]
    log_p = log_expit(upper) + log_expit(-lower) + np.log1p(-np.exp(-gap))
    # d log P / d upper and / d lower; the last factor's part is 1 / (exp(gap) - 1).
    with np.errstate(over="ignore"):
        inner = 1.0 / np.expm1(gap)
    by_upper, by_lower = expit(-upper) + inner, -expit(lower) - inner
    by_score = -share * (by_upper + by_lower)
    by_cut = np.zeros(len(cuts))
    np.add.at(by_cut, grades[grades > 0] - 1, (share * by_upper)[grades > 0])
    inside = grades < len(cuts)
    np.add.at(by_cut, grades[inside], (share * by_lower)[inside])
    return float(-share @ log_p), by_score, by_cut


def _prior_cuts(grades: Grades, share: Floats, max_grade: int) -> Floats:
    """The cuts of a model without features: the log-odds of what was seen, a little of every grade added."""
    counts = np.bincount(grades, weights=share, minlength=max_grade + 1) + 0.01
    at_least = np.cumsum(counts[::-1])[::-1][1:] / counts.sum()
    return np.asarray(np.log((1 - at_least) / at_least))


def _to_steps(cuts: Floats) -> Floats:
    return np.concatenate([cuts[:1], np.log(np.maximum(np.diff(cuts), 2 * _SMALLEST_STEP) - _SMALLEST_STEP)])


def _from_steps(steps: Floats) -> Floats:
    return np.asarray(np.cumsum(np.concatenate([steps[:1], np.exp(steps[1:]) + _SMALLEST_STEP])))
