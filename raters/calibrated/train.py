"""Learns a calibrated model from gold labels of several collections, each of which weighs the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from raters.calibrated.model import CalibratedModel
from raters.calibrated.ordinal import Floats, Grades, fit
from raters.calibrated.thresholds import best_thresholds

MAX_GRADE = 3
RIDGE = 0.1
_START = np.array([0.2, 0.45, 0.7])


@dataclass(frozen=True, slots=True)
class Labelled:
    """Training pairs of one collection.

    Attributes:
        values: evidence, (n, n_features).
        grades: gold on the scale 0..MAX_GRADE.
        weight: of the whole collection beside the others.
    """

    name: str
    values: Floats
    grades: Grades
    weight: float = 1.0


def learn(
    collections: Sequence[Labelled], features: Sequence[str], *, ridge: float = RIDGE
) -> CalibratedModel:
    """Fit weights and cuts, then the thresholds.

    Raises:
        ValueError: there is no collection, or all its labels are of one grade.
    """
    filled = [one for one in collections if len(one.grades)]
    if not filled:
        raise ValueError("no labelled pair to learn from")
    values = np.vstack([one.values for one in filled])
    grades = np.concatenate([one.grades for one in filled])
    weights = np.concatenate([np.full(len(one.grades), one.weight / len(one.grades)) for one in filled])
    ordinal = fit(features, values, grades, weights, max_grade=MAX_GRADE, ridge=ridge)
    gains = ordinal.expected(values) / MAX_GRADE
    numbers = np.repeat(np.arange(len(filled)), [len(one.grades) for one in filled])
    thresholds = best_thresholds(gains, grades, numbers, _START)
    return CalibratedModel(ordinal, tuple(thresholds.tolist()))
