"""The labels of LLMJudge: people's and those of 33 raters (Rahmani et al. 2025, arXiv:2502.13908)."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalhub.core.types import FloatArray, IntArray

MAX_GRADE = 3


@dataclass(frozen=True, slots=True)
class Labels:
    """Gains in [0, 1] of judged pairs.

    Attributes:
        query: int64 (n_pairs,), codes 0..n_queries - 1.
        human: float64 (n_pairs,).
        raters: float64 (n_raters, n_pairs).
    """

    query: IntArray
    human: FloatArray
    raters: FloatArray

    @property
    def n_queries(self) -> int:
        """Of all queries, each with at least one pair."""
        return int(self.query.max()) + 1


def read_labels(path: Path) -> Labels:
    """Read raters/labels.csv; grades above 3 count as 3, as in the paper."""
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    names = [name for name in rows[0] if name not in ("query-id", "corpus-id")]
    gains = np.array([[int(row[name]) for row in rows] for name in names]).clip(max=MAX_GRADE) / MAX_GRADE
    query = np.unique([row["query-id"] for row in rows], return_inverse=True)[1].astype(np.int64)
    place = names.index("human")
    return Labels(query, gains[place], np.delete(gains, place, axis=0))
