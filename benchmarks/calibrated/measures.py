"""Agreement with gold, with query-clustered bootstrap intervals; a seam for `evalhub.core.agreement`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from benchmarks.calibrated.collections import MAX_GRADE

Floats = npt.NDArray[np.float64]
Grades = npt.NDArray[np.int64]
RESAMPLES = 2_000
_SEED = 20261121


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater says about some pairs, with gold beside it; all arrays (n_pairs,)."""

    query_ids: npt.NDArray[np.str_]
    gold: Grades
    grades: Grades
    gains: Floats

    def at(self, rows: npt.NDArray[np.bool_]) -> "Rating":
        """Some of the pairs."""
        return Rating(self.query_ids[rows], self.gold[rows], self.grades[rows], self.gains[rows])


def quadratic_kappa(rating: Rating) -> float:
    """Cohen's kappa, quadratic weights; 0 where the rater gives one grade only."""
    labels = range(MAX_GRADE + 1)
    value = float(cohen_kappa_score(rating.gold, rating.grades, weights="quadratic", labels=labels))
    return 0.0 if np.isnan(value) else value


def bias(rating: Rating) -> float:
    """The mean of grade - gold, in grades."""
    return float((rating.grades - rating.gold).mean())


def auc(rating: Rating) -> float:
    """Area under the ROC curve of gains against gold above 0, over all pairs."""
    return float(roc_auc_score(rating.gold > 0, rating.gains))


def query_auc(rating: Rating) -> float:
    """The mean over queries that have both kinds of pairs."""
    return float(
        np.mean(
            [
                roc_auc_score(rating.gold[rows] > 0, rating.gains[rows])
                for rows in _by_query(rating)
                if 0 < (rating.gold[rows] > 0).mean() < 1
            ]
        )
    )


def ndcg(rating: Rating, cutoff: int = 10) -> float:
    """nDCG of the judged pool ranked by gain, linear gains, queries without a relevant document left out."""
    values = []
    discount = 1 / np.log2(np.arange(2, cutoff + 2))
    for rows in _by_query(rating):
        gold = rating.gold[rows]
        if gold.max() > 0:
            ranked = gold[np.argsort(-rating.gains[rows], kind="stable")][:cutoff]
            ideal = np.sort(gold)[::-1][:cutoff]
            values.append((ranked @ discount[: len(ranked)]) / (ideal @ discount[: len(ideal)]))
    return float(np.mean(values))


def kappa_draws(rating: Rating) -> Floats:
    """Quadratic kappa of RESAMPLES bootstrap samples of queries: the same samples for every rater."""
    n = MAX_GRADE + 1
    tables = np.zeros((len(np.unique(rating.query_ids)), n, n))
    places = np.unique(rating.query_ids, return_inverse=True)[1]
    np.add.at(tables, (places, rating.gold, rating.grades), 1.0)
    rng = np.random.default_rng(_SEED)
    counts = rng.multinomial(len(tables), np.full(len(tables), 1 / len(tables)), size=RESAMPLES)
    summed = np.tensordot(counts, tables, axes=1)
    distance = np.subtract.outer(np.arange(n), np.arange(n)) ** 2
    chance = summed.sum(2)[:, :, None] * summed.sum(1)[:, None, :] / summed.sum((1, 2))[:, None, None]
    expected = (chance * distance).sum((1, 2))
    observed = (summed * distance).sum((1, 2))
    return np.where(expected > 0, 1 - observed / np.where(expected > 0, expected, 1), 0.0)


def interval(draws: Floats) -> tuple[float, float]:
    """The percentile interval, 95 %."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def _by_query(rating: Rating) -> list[npt.NDArray[np.intp]]:
    return [np.flatnonzero(rating.query_ids == query) for query in np.unique(rating.query_ids)]


MEASURES: dict[str, Callable[[Rating], float]] = {
    "kappa": quadratic_kappa,
    "bias": bias,
    "AUC": auc,
    "AUC/query": query_auc,
    "nDCG@10": ndcg,
}
