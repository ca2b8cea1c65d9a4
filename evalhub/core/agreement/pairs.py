"""Pairs that both a rater and people graded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalhub.core.errors import UserError
from evalhub.core.types import IntArray

MISSING = -1  # stands in an array of grades where there is none


class GradeOffScale(UserError):
    """A grade that its scale does not offer."""


@dataclass(frozen=True, slots=True, eq=False)
class GradedPairs:
    """Position i of every column is the same (query, document) pair.

    Attributes:
        query_ids: (n_pairs,), whatever names a query; pairs of a query are resampled together.
        rater, gold: grades from 0, int64 (n_pairs,).
        rater_max, gold_max: G of each scale 0..G.
    """

    query_ids: Sequence[str]
    rater: IntArray
    gold: IntArray
    rater_max: int
    gold_max: int

    def __post_init__(self) -> None:
        if not len(self.query_ids) == self.rater.size == self.gold.size:
            raise ValueError(
                f"{len(self.query_ids)} queries, {self.rater.size} grades of the rater and "
                f"{self.gold.size} gold grades; give one of each per pair"
            )
        if min(self.rater_max, self.gold_max) < 1:
            raise ValueError("a scale 0..0 offers one grade, on which nobody can disagree")
        check_scale(self.rater, self.rater_max, "rater")
        check_scale(self.gold, self.gold_max, "gold")

    @property
    def n_pairs(self) -> int:
        """How many."""
        return self.rater.size

    @property
    def has_equal_scales(self) -> bool:
        """Whether grade g means the same step of both scales."""
        return self.rater_max == self.gold_max

    def binarised(self, rater_from: int, gold_from: int) -> "GradedPairs":
        """The pairs with grade 1 from a threshold on, and 0 below; each side has its own threshold."""
        return GradedPairs(
            self.query_ids,
            (self.rater >= rater_from).astype(np.int64),
            (self.gold >= gold_from).astype(np.int64),
            rater_max=1,
            gold_max=1,
        )


def check_scale(grades: IntArray, max_grade: int, whose: str, *, lowest: int = 0) -> None:
    """Refuse grades outside lowest..max_grade.

    Raises:
        GradeOffScale: there is one.
    """
    wrong = grades[(grades < lowest) | (grades > max_grade)]
    if wrong.size:
        raise GradeOffScale(
            f"the {whose} grades hold {wrong[0]}, which 0..{max_grade} does not offer; "
            "leave such pairs out, clip them, or give the scale that was used"
        )


def query_codes(query_ids: Sequence[str]) -> tuple[IntArray, int]:
    """Number the queries 0..n-1 by their names, whatever order the pairs come in: codes, n."""
    names, codes = np.unique(np.asarray(query_ids, dtype=np.str_), return_inverse=True)
    return codes.astype(np.int64), names.size
