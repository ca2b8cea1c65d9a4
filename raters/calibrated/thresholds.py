"""Where each grade begins: the gains that agree best with gold by quadratic kappa."""

import numpy as np

from raters.calibrated.ordinal import Floats, Grades

_ROUNDS = 5


def best_thresholds(
    gains: Floats,
    grades: Grades,
    collections: Grades,
    start: Floats,
    *,
    pull: float = 0.0,
    n_candidates: int = 60,
) -> Floats:
    """Maximise mean kappa - pull * mean squared distance from `start`, one threshold after another.

    Kappa is taken within each collection and then averaged: over all pairs at once, thresholds would be
    rewarded for telling collections apart.

    Args:
        gains: in [0, 1], (n,).
        grades: gold, 0..len(start).
        collections: number of each row's collection, from 0.
    """
    candidates = np.unique(np.quantile(gains, np.linspace(0.01, 0.995, n_candidates)))

    def value(thresholds: Floats) -> float:
        rated = np.searchsorted(thresholds, gains, side="right")
        kappas = quadratic_kappas(rated, grades, collections, len(start) + 1)
        return float(kappas.mean()) - pull * float(((thresholds - start) ** 2).mean())

    best, best_value, before = start.copy(), value(start), -np.inf
    for _ in range(_ROUNDS):
        if best_value <= before:
            break
        before = best_value
        for place in range(len(start)):
            for candidate in candidates:
                tried = best.copy()
                tried[place] = candidate
                if (np.diff(tried) >= 0).all() and (found := value(tried)) > best_value + 1e-9:
                    best, best_value = tried, found
    return best


def quadratic_kappas(rated: Grades, grades: Grades, collections: Grades, n_grades: int) -> Floats:
    """Cohen's kappa with quadratic weights (Cohen 1968) by collection; 0 where nobody varies."""
    shape = (int(collections.max()) + 1, n_grades, n_grades)
    cells = np.ravel_multi_index((collections, grades, rated), shape)
    tables = np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    distance = np.subtract.outer(np.arange(n_grades), np.arange(n_grades)) ** 2
    by_chance = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :]
    chance = (by_chance * distance).sum(axis=(1, 2)) / np.maximum(1.0, tables.sum(axis=(1, 2)))
    seen = (tables * distance).sum(axis=(1, 2))
    return np.where(chance > 0, 1 - seen / np.where(chance > 0, chance, 1.0), 0.0)
