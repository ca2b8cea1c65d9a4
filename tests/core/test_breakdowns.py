"""Won, tied, lost, and how far apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.breakdowns import difference_bins, outcome_counts, paired_differences


def test_only_queries_with_both_values_are_paired() -> None:
    system: dict[int, float | None] = {1: 0.5, 2: None, 3: 0.25, 4: 1.0}
    baseline: dict[int, float | None] = {1: 0.25, 2: 0.5, 3: None}
    assert paired_differences(system, baseline) == [0.25]


def test_outcomes_by_hand() -> None:
    assert outcome_counts([0.5, 0.0, -0.1, 0.2]) == {"wins": 2, "ties": 1, "losses": 1}
    assert outcome_counts([]) == {"wins": 0, "ties": 0, "losses": 0}


def test_the_last_bits_of_a_sum_are_no_win() -> None:
    assert 0.1 + 0.2 != 0.3
    assert outcome_counts([0.1 + 0.2 - 0.3, 0.3 - (0.1 + 0.2)]) == {"wins": 0, "ties": 2, "losses": 0}


def test_bins_by_hand() -> None:
    """Quartiles of -1, 0, 0, 1 are -0.25 and 0.25, so bins are 2 * 0.5 / 4^(1/3) = 0.63 wide: 2 a side."""
    assert difference_bins([[-1.0, 0.0, 0.0, 1.0]]) == [[(-1.0, -0.5, 1), (0.0, 0.5, 2), (0.5, 1.0, 1)]]


def test_families_share_their_bins() -> None:
    near, far = difference_bins([[0.1, 0.1], [-0.8, 0.8]])
    edges = {edge for low, high, _ in [*near, *far] for edge in (low, high)}
    assert max(edges) == pytest.approx(0.8)
    width = min(high - low for low, high, _ in near)
    assert all(high - low == pytest.approx(width) for low, high, _ in far)


def test_nothing_to_draw() -> None:
    assert difference_bins([[], []]) == [[], []]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50))
def test_every_query_falls_into_one_bin(differences: list[float]) -> None:
    (bins,) = difference_bins([differences])
    assert sum(count for *_, count in bins) == len(differences)
    lows = [low for low, *_ in bins]
    assert lows == sorted(lows)
