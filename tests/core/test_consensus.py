"""One grade out of several."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.consensus import Consensus, Rule, consensus, consensus_of


@pytest.mark.parametrize(
    ("grades", "rule", "expected"),
    [
        ([3, 1], "median", 1),
        ([0, 1, 3, 3], "median", 1),
        ([2, 0, 3], "median", 2),
        ([3, 1, 3, 0], "majority", 3),
        ([3, 1], "majority", 1),
        ([2, 2], "strict", 2),
        ([2, 1, 2], "strict", None),
        ([], "median", None),
    ],
)
def test_by_hand(grades: list[int], rule: Rule, expected: int | None) -> None:
    assert consensus(grades, rule) == expected


@pytest.mark.parametrize("rule", ["median", "majority"])
@given(grades=st.lists(st.integers(0, 3), min_size=1, max_size=9))
def test_it_is_that_of_the_agreement_figures(grades: list[int], rule: Consensus) -> None:
    counts = np.bincount(grades, minlength=4)[None].astype(float)
    assert consensus(grades, rule) == consensus_of(counts, rule)[0]
