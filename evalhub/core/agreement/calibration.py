"""Whether what a rater calls 70% happens in 70% of the cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalhub.core.agreement.figure import Figure, ratio, sum_by_query
from evalhub.core.agreement.pairs import GradedPairs, query_codes
from evalhub.core.types import FloatArray

N_BINS = 10


@dataclass(frozen=True, slots=True)
class ReliabilityPoint:
    """A bin that holds pairs: mean of what was said and of what was found, both in [0, 1]."""

    low: float
    high: float
    n_pairs: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What a rater says of each pair beside what people found, both in [0, 1].

    Attributes:
        query_ids: (n_pairs,).
        predicted, observed: float64 (n_pairs,).
        n_bins: bins of equal width over [0, 1]; each holds its lower end, the last one both.
    """

    query_ids: Sequence[str]
    predicted: FloatArray
    observed: FloatArray
    n_bins: int = N_BINS

    def error(self) -> Figure:
        """ECE = sum_b n_b / n |mean observed - mean predicted| over the bins.

        Naeini, Cooper and Hauskrecht 2015 (AAAI), "Obtaining well calibrated probabilities using Bayesian
        binning", section "Calibration measures"; Guo et al. 2017 (ICML), eq. 3. It can not be negative, so
        noise moves it up: few pairs per bin look worse calibrated than they are.
        """
        return Figure(self._sums(), self._error_of, self.predicted.size)

    def points(self) -> list[ReliabilityPoint]:
        """The reliability diagram, bins without pairs left out."""
        sums = np.asarray(self._sums().sum(axis=0)).reshape(3, self.n_bins)
        edges = np.linspace(0.0, 1.0, self.n_bins + 1).tolist()
        return [
            ReliabilityPoint(edges[b], edges[b + 1], int(n), float(said / n), float(found / n))
            for b, (n, said, found) in enumerate(sums.T)
            if n
        ]

    def _sums(self) -> Any:
        """Count, predicted and observed of each bin: csr_array (n_queries, 3 * n_bins)."""
        codes, n_queries = query_codes(self.query_ids)
        bins = np.clip((self.predicted * self.n_bins).astype(np.int64), 0, self.n_bins - 1)
        in_bin = (bins[:, None] == np.arange(self.n_bins)).astype(np.float64)
        columns = [in_bin, in_bin * self.predicted[:, None], in_bin * self.observed[:, None]]
        return sum_by_query(codes, n_queries, np.concatenate(columns, axis=1))

    def _error_of(self, sums: FloatArray) -> FloatArray:
        n_pairs, predicted, observed = np.moveaxis(sums.reshape(-1, 3, self.n_bins), 1, 0)
        return ratio(np.abs(observed - predicted).sum(axis=1), n_pairs.sum(axis=1))


def grade_calibration(pairs: GradedPairs, probabilities: FloatArray, *, n_bins: int = N_BINS) -> Calibration:
    """The probability a rater gave to the grade it chose, against whether people gave that grade.

    Args:
        pairs: on one scale.
        probabilities: of the grades 0..G, float64 (n_pairs, G + 1).
        n_bins: of equal width.
    """
    chosen = np.take_along_axis(probabilities, pairs.rater[:, None], axis=1)[:, 0]
    return Calibration(pairs.query_ids, chosen, (pairs.rater == pairs.gold).astype(np.float64), n_bins)


def expected_calibration(pairs: GradedPairs, gains: FloatArray, *, n_bins: int = N_BINS) -> Calibration:
    """The rater's expected grade over its G, against the gold grade over its own; scales may differ."""
    return Calibration(pairs.query_ids, gains, pairs.gold / pairs.gold_max, n_bins)
