"""Fits a calibrated model to a new domain from a few labels, without forgetting what it was shipped with."""

import numpy as np

from raters.calibrated.model import CalibratedModel
from raters.calibrated.ordinal import Floats, Grades, refit
from raters.calibrated.thresholds import best_thresholds

MIN_LABELS = 10
# Strengths of the pull towards the shipped model, chosen on validation queries with 50 labels.
WEIGHT_PRIOR = 50.0
CUT_PRIOR = 1.0
THRESHOLD_PRIOR = 5.0


class UnableToRecalibrate(ValueError):
    """The labels cannot teach; the message says what is missing."""


def recalibrate(
    model: CalibratedModel,
    values: Floats,
    grades: Grades,
    *,
    max_grade: int,
    weight_prior: float = WEIGHT_PRIOR,
    cut_prior: float = CUT_PRIOR,
    threshold_prior: float = THRESHOLD_PRIOR,
) -> CalibratedModel:
    """Learn from gold labels of the new domain.

    Args:
        model: to start from; brought to the scale of the labels first.
        values: evidence of the labelled pairs by `model.ordinal.features`, (n, n_features).
        grades: gold, 0..max_grade.
        weight_prior, cut_prior, threshold_prior: what the distance from `model` costs, against the summed
            log-likelihood of n labels, and against n times their kappa, so that many labels overrule it.

    Raises:
        UnableToRecalibrate: fewer than MIN_LABELS labels, only one grade, or a grade off the scale.
    """
    _check(values, grades, max_grade)
    start = model.rescaled(max_grade)
    n, share = len(grades), np.ones(len(grades))
    ordinal = refit(
        start.ordinal, values, grades, share, weight_pull=weight_prior / n, cut_pull=cut_prior / n
    )
    gains = ordinal.expected(values) / max_grade
    thresholds = best_thresholds(
        gains, grades, np.zeros_like(grades), np.array(start.thresholds), pull=threshold_prior / n
    )
    return CalibratedModel(ordinal, tuple(thresholds.tolist()))


def _check(values: Floats, grades: Grades, max_grade: int) -> None:
    if len(grades) < MIN_LABELS:
        raise UnableToRecalibrate(f"{len(grades)} labels; grade at least {MIN_LABELS}, better 50")
    if not np.isfinite(values).all():
        raise UnableToRecalibrate("evidence that is not a finite number; collect the statistics again")
    if grades.min() < 0 or grades.max() > max_grade:
        raise UnableToRecalibrate(
            f"grades {grades.min()}..{grades.max()} where the rubric has 0..{max_grade}; "
            "use the rubric that the labels were made with"
        )
    if len(set(grades.tolist())) < 2:
        raise UnableToRecalibrate("labels of one grade teach nothing; add pairs of other grades")
