"""What a label could change, by hand and against PWAS itself."""

from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.disagreement import entropy_share
from evalhub.core.influence import disagreement, gap, swing
from evalhub.core.pwas import score_list
from evalhub.core.weights import position_weights

POSITION_WEIGHTS = position_weights("log2", 3)
TOTAL = float(POSITION_WEIGHTS.sum())  # 1 + 0.6309 + 0.5
N_QUERIES = 4


def test_two_systems_move_by_the_difference_of_their_weights() -> None:
    # First in A, third in B: (1 - 0.5) / 2.1309 / 4 queries.
    weights = [1.0 / TOTAL / N_QUERIES, 0.5 / TOTAL / N_QUERIES]
    assert swing(weights, 2) == pytest.approx(0.5 / 2.130930 / 4, abs=1e-8)


def test_a_pair_that_a_list_has_not_counts_with_all_its_weight() -> None:
    assert swing([0.2], 2) == pytest.approx(0.2)
    assert swing([0.2, 0.1], 3) == pytest.approx(0.2)


def test_equal_ranks_in_all_lists_move_nothing() -> None:
    assert swing([0.2, 0.2], 2) == 0.0


def test_of_a_lone_system_it_is_the_weight() -> None:
    assert swing([0.2], 1) == pytest.approx(0.2)


def test_a_pair_in_no_list_moves_nothing() -> None:
    assert swing([], 2) == 0.0


def test_the_gap_is_between_the_two_farthest_apart() -> None:
    assert gap([1.0, 1 / 3, 2 / 3]) == pytest.approx(2 / 3)
    assert gap([0.5, 0.5]) == 0.0
    assert gap([0.5]) is None


def test_a_gap_goes_before_uncertainty_even_where_it_is_none_at_all() -> None:
    assert disagreement(0.0, 0.9) == 0.0
    assert disagreement(None, 0.9) == 0.9
    assert disagreement(None, None) == 0.0


def test_entropy_of_no_choice_is_undefined() -> None:
    assert entropy_share([1.0]) is None
    assert entropy_share([0.5, 0.5]) == pytest.approx(1.0)


@st.composite
def lists_and_gains(draw: st.DrawFn) -> tuple[list[list[list[int]]], dict[tuple[int, int], float], int]:
    """Per system and query the documents in rank order; a gain for every pair; a cutoff."""
    n_queries, n_documents, n_systems = draw(st.integers(1, 3)), 6, draw(st.integers(1, 4))
    cutoff = draw(st.integers(1, 5))
    one = st.permutations(range(n_documents)).flatmap(
        lambda order: st.integers(0, n_documents).map(lambda n: list(order[:n]))
    )
    lists = [[draw(one) for _ in range(n_queries)] for _ in range(n_systems)]
    gains = {(q, d): draw(st.floats(0, 1)) for q in range(n_queries) for d in range(n_documents)}
    return lists, gains, cutoff


@given(lists_and_gains(), st.floats(0, 1), st.sampled_from(["log2", "reciprocal", "uniform", "linear"]))
def test_settling_a_pair_moves_no_difference_by_more_than_its_swing(
    drawn: tuple[list[list[list[int]]], dict[tuple[int, int], float], int], settled: float, scheme: str
) -> None:
    lists, gains, cutoff = drawn
    weights = position_weights(scheme, cutoff)
    shares = (weights / weights.sum()).tolist()

    def scores(known: dict[tuple[int, int], float]) -> list[float]:
        values = [
            [
                score_list([known[q, d] for d in ranked[:cutoff]], weights).value
                for q, ranked in enumerate(system)
            ]
            for system in lists
        ]
        return [fmean(value for value in found if value is not None) for found in values]

    def moved(before: list[float], after: list[float]) -> float:
        if len(before) == 1:
            return abs(after[0] - before[0])
        return max(
            abs((after[a] - after[b]) - (before[a] - before[b]))
            for a, b in combinations(range(len(before)), 2)
        )

    before = scores(gains)
    for q, d in gains:
        mine = [shares[system[q].index(d)] / len(lists[0]) for system in lists if d in system[q][:cutoff]]
        after = scores({**gains, (q, d): settled})
        most = swing(mine, len(lists)) * abs(settled - gains[q, d])
        assert moved(before, after) == pytest.approx(most, abs=1e-9)
