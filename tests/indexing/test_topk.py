import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexing.topk import RunningTopK, TieOrder, TopK, merge_top_k, recall_at, stacked


def top(keys: list[list[int]], scores: list[list[float]]) -> TopK:
    return TopK(np.array(keys, dtype=np.int64), np.array(scores, dtype=np.float32))


def test_merge_takes_the_best_of_all_parts_for_each_query() -> None:
    parts = [
        top([[1, 2], [1, 2]], [[0.9, 0.2], [0.4, 0.3]]),
        top([[3, 4], [4, 3]], [[0.5, 0.1], [0.8, -0.7]]),
    ]

    merged = merge_top_k(parts, 3, np.array([1, 2, 3, 4]))

    assert merged.keys.tolist() == [[1, 3, 2], [4, 1, 2]]
    np.testing.assert_allclose(merged.scores, [[0.9, 0.5, 0.2], [0.8, 0.4, 0.3]], rtol=1e-6)


def test_merge_decides_ties_by_the_given_order_whatever_the_order_of_parts() -> None:
    parts = [top([[10]], [[0.5]]), top([[30, 20]], [[0.5, 0.5]])]
    tie_order = np.array([20, 30, 10])

    assert merge_top_k(parts, 2, tie_order).keys.tolist() == [[20, 30]]
    assert merge_top_k(parts[::-1], 2, tie_order).keys.tolist() == [[20, 30]]


def test_merge_of_less_than_k_has_fewer_columns() -> None:
    merged = merge_top_k([top([[1]], [[0.5]]), top([[2]], [[0.6]])], 10, np.array([1, 2]))

    assert merged.keys.tolist() == [[2, 1]]


def test_negative_zero_ties_with_zero() -> None:
    merged = merge_top_k([top([[1, 2]], [[0.0, -0.0]])], 2, np.array([2, 1]))

    assert merged.keys.tolist() == [[2, 1]]


@given(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 40)), st.floats(-1, 1, width=16)))
def test_running_top_k_is_sorting_and_cutting(scores: dict[tuple[int, int], float]) -> None:
    best = RunningTopK(3, 4)
    for part in (list(scores)[::2], list(scores)[1::2]):
        places = np.array(part, dtype=np.int64).reshape(-1, 2)
        best.add(places[:, 0], np.array([scores[pair] for pair in part], dtype=np.float32), places[:, 1])

    for query, floor in enumerate(best.floor()):
        expected = sorted((score for (place, _), score in scores.items() if place == query), reverse=True)
        assert floor == (expected[3] if len(expected) >= 4 else -np.inf)


def test_tie_order_finds_places_and_says_what_it_does_not_have() -> None:
    order = TieOrder(np.array([50, 10, 30]))

    assert order.positions(np.array([30, 10, 99, 50, -1])).tolist() == [2, 1, -1, 0, -1]


def test_empty_snapshot_has_nothing() -> None:
    assert TieOrder(np.empty(0, dtype=np.int64)).positions(np.array([1])).tolist() == [-1]


def test_stacked_puts_queries_below_each_other() -> None:
    parts = [top([[1, 2]], [[0.5, 0.4]]), top([[3, 4]], [[0.3, 0.2]])]

    assert stacked(parts).keys.tolist() == [[1, 2], [3, 4]]
    assert stacked([]).keys.shape == (0, 0)


def test_recall_counts_documents_and_not_ranks() -> None:
    exact = top([[1, 2, 3, 4], [5, 6, 7, 8]], [[4, 3, 2, 1]] * 2)
    approximate = top([[2, 1, 9, 3], [5, 8, 7, 0]], [[4, 3, 2, 1]] * 2)

    # At 2: {2, 1} of {1, 2} is 2, {5, 8} of {5, 6} is 1: 3 of 4. At 4: 3 and 3 of 8.
    assert recall_at(approximate, exact, 2) == pytest.approx(3 / 4)
    assert recall_at(approximate, exact, 4) == pytest.approx(6 / 8)


def test_recall_beyond_the_corpus_is_of_the_corpus() -> None:
    exact = top([[1, 2]], [[0.5, 0.4]])

    assert recall_at(exact, exact, 10) == 1


def test_recall_without_queries_is_undefined() -> None:
    assert recall_at(stacked([]), stacked([]), 10) is None
