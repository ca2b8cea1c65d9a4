"""Where each grade begins: the gains that agree best with gold by quadratic kappa."""

import numpy as np

from raters.calibrated.ordinal import Floats, Grades

_ROUNDS = 5


def best_thresholds(
    gains: Floats,
    grades: Grades,
    sample_weights: Floats,
    start: Floats,
    *,
    pull: float = 0.0,
    n_candidates: int = 60,
) -> Floats:
    """Maximise quadratic kappa - pull * mean squared distance from `start`, one threshold after another.

    Args:
        gains: in [0, 1], (n,).
        grades: gold, 0..len(start).
        sample_weights: of the rows; only their proportions count.
    """
    share = sample_weights / sample_weights.sum()
    candidates = np.unique(np.quantile(gains, np.linspace(0.01, 0.995, n_candidates)))
    best = start.copy()
    best_value = _value(best, gains, grades, share, start, pull)
    for _ in range(_ROUNDS):
        before = best_value
        for place in range(len(best)):
            for candidate in candidates:
                tried = best.copy()
                tried[place] = candidate
                if (np.diff(tried) < 0).any():
                    continue
                value = _value(tried, gains, grades, share, start, pull)
                if value > best_value + 1e-9:
                    best, best_value = tried, value
        if best_value == before:
            break
    return best


def quadratic_kappa(rated: Grades, grades: Grades, share: Floats, n_grades: int) -> float:
    """Cohen's kappa with quadratic weights (Cohen 1968) of weighted pairs; 0 where nobody varies."""
    table = np.zeros((n_grades, n_grades))
    np.add.at(table, (grades, rated), share)
    distance = np.subtract.outer(np.arange(n_grades), np.arange(n_grades)) ** 2
    by_chance = (distance * np.outer(table.sum(axis=1), table.sum(axis=0))).sum()
    return float(1 - (distance * table).sum() / by_chance) if by_chance > 0 else 0.0


def _value(
    thresholds: Floats, gains: Floats, grades: Grades, share: Floats, start: Floats, pull: float
) -> float:
    rated = np.searchsorted(thresholds, gains, side="right")
    kappa = quadratic_kappa(rated, grades, share, len(thresholds) + 1)
    return kappa - pull * float(((thresholds - start) ** 2).mean())
