from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexing.blocks import DuplicateVector, Shard
from indexing.exact import search_exact
from indexing.quantize import score_scale
from indexing.scoring import DimensionMismatch, rows_to_compare
from indexing.shards import ShardStore
from indexing.spec import Dtype, IndexSpec, InvalidSpec
from indexing.topk import TopK, merge_top_k
from tests.indexing.vectors import unit_vectors

DTYPES: tuple[Dtype, ...] = ("f32", "f16", "bf16", "i8", "b1")
EXACT = IndexSpec("exact")


def keys_of(*keys: int) -> NDArray[np.int64]:
    return np.array(keys, dtype=np.int64)


def reference(shards: Sequence[Shard], queries: NDArray[np.float32], k: int, spec: IndexSpec) -> TopK:
    """Sort everything by (-score, key) with scores in float64, where ties of equal rows are exact."""
    keys = np.concatenate([keys for keys, _ in shards])
    rows = rows_to_compare(np.concatenate([vectors for _, vectors in shards]), spec).astype(np.float64)
    wide = rows_to_compare(queries, spec).astype(np.float64)
    products = np.array([[(row * query).sum() for row in rows] for query in wide]).reshape(len(wide), -1)
    scores = (products / score_scale(spec.dtype, rows.shape[1])).astype(np.float32)
    order = np.array([np.lexsort((keys, -line))[:k] for line in scores], dtype=np.int64)
    return TopK(keys[order], np.take_along_axis(scores, order, axis=1))


def test_hand_worked_lists() -> None:
    # Inner products with (1, 0) and (0.6, 0.8): document 5 (1, 0): 1, 0.6; 6 (0, 1): 0, 0.8;
    # 7 (0.6, 0.8): 0.6, 1; 8 (-1, 0): -1, -0.6.
    shards = [
        (keys_of(8, 5), np.array([[-1, 0], [1, 0]], dtype=np.float32)),
        (keys_of(6, 7), np.array([[0, 1], [0.6, 0.8]], dtype=np.float32)),
    ]
    queries = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)

    best = search_exact(shards, queries, k=3, spec=EXACT, tie_order=keys_of(5, 6, 7, 8))

    assert best.keys.tolist() == [[5, 7, 6], [7, 6, 5]]
    np.testing.assert_allclose(best.scores, [[1, 0.6, 0], [1, 0.8, 0.6]], rtol=1e-6)
    assert (best.keys.dtype.name, best.scores.dtype.name) == ("int64", "float32")


def test_hand_worked_i8_score() -> None:
    # (0.6, 0.8) is (76, 102) in i8: 76 x 76 + 102 x 102 = 16180, over 127 x 127 = 16129.
    vector = np.array([[0.6, 0.8]], dtype=np.float32)

    best = search_exact(
        [(keys_of(1), vector)], vector, k=1, spec=IndexSpec("exact", dtype="i8"), tie_order=keys_of(1)
    )

    assert best.scores[0, 0] == np.float32(16180 / 16129)


def test_ties_at_the_last_rank_go_by_the_given_order_across_shards() -> None:
    row = unit_vectors(1, 8, seed=0)
    shards = [(keys_of(4, 1), np.repeat(row, 2, axis=0)), (keys_of(3, 2), np.repeat(row, 2, axis=0))]

    best = search_exact(shards, row, k=3, spec=EXACT, tie_order=keys_of(3, 1, 4, 2))

    assert best.keys.tolist() == [[3, 1, 4]]
    assert len(set(best.scores[0].tolist())) == 1


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 60),
    n_distinct=st.integers(1, 12),
    cut=st.integers(0, 60),
    k=st.integers(1, 30),
    rows_per_block=st.integers(1, 70),
    dtype=st.sampled_from(DTYPES),
)
def test_equals_sorting_everything_whatever_the_blocks(
    seed: int, n: int, n_distinct: int, cut: int, k: int, rows_per_block: int, dtype: Dtype
) -> None:
    rng = np.random.default_rng(seed)
    # Few distinct vectors among many documents: ties everywhere, also at the last rank.
    vectors = unit_vectors(n_distinct, 24, seed=seed)[rng.integers(0, n_distinct, n)]
    keys = rng.permutation(n).astype(np.int64)
    shards = [(keys[:cut], vectors[:cut]), (keys[cut:], vectors[cut:])]
    queries = unit_vectors(3, 24, seed=seed + 1)
    spec = IndexSpec("exact", dtype=dtype, dimension=16)

    found = search_exact(
        shards, queries, k=k, spec=spec, tie_order=np.arange(n), rows_per_block=rows_per_block
    )

    expected = reference(shards, queries, k, spec)
    np.testing.assert_array_equal(found.keys, expected.keys)
    np.testing.assert_array_equal(found.scores, expected.scores)


@pytest.mark.parametrize("dtype", DTYPES)
def test_blocks_of_any_size_give_the_same_bits(dtype: Dtype) -> None:
    keys, vectors = np.arange(3000), unit_vectors(3000, 96, seed=5)
    vectors[1000:1100] = vectors[:100]
    queries, spec = unit_vectors(7, 96, seed=6), IndexSpec("exact", dtype=dtype)

    whole = search_exact([(keys, vectors)], queries, k=50, spec=spec, tie_order=keys)
    for size in (1, 17, 999):
        parts = search_exact([(keys, vectors)], queries, k=50, spec=spec, tie_order=keys, rows_per_block=size)
        np.testing.assert_array_equal(parts.keys, whole.keys)
        np.testing.assert_array_equal(parts.scores, whole.scores)


def test_shards_searched_apart_merge_to_the_whole() -> None:
    keys, vectors, queries = np.arange(200), unit_vectors(200, 16, seed=7), unit_vectors(5, 16, seed=8)
    shards = [(keys[start : start + 60], vectors[start : start + 60]) for start in range(0, 200, 60)]

    parts = [search_exact([shard], queries, k=20, spec=EXACT, tie_order=keys) for shard in shards]

    whole = search_exact(shards, queries, k=20, spec=EXACT, tie_order=keys)
    np.testing.assert_array_equal(merge_top_k(parts, 20, keys).keys, whole.keys)


def test_more_queries_than_a_block_holds() -> None:
    keys, vectors, queries = np.arange(40), unit_vectors(40, 8, seed=9), unit_vectors(1100, 8, seed=10)

    found = search_exact([(keys, vectors)], queries, k=2, spec=EXACT, tie_order=keys)

    np.testing.assert_array_equal(found.keys, reference([(keys, vectors)], queries, 2, EXACT).keys)


def test_vectors_of_other_snapshots_are_left_out() -> None:
    vectors = unit_vectors(4, 8, seed=11)
    shards = [(keys_of(1, 2), vectors[:2]), (keys_of(3, 4), vectors[2:])]

    best = search_exact(shards, vectors[1:2], k=4, spec=EXACT, tie_order=keys_of(4, 1))

    assert sorted(best.keys[0].tolist()) == [1, 4]


def test_fewer_documents_than_k_give_fewer_columns() -> None:
    vectors = unit_vectors(3, 8, seed=12)

    best = search_exact([(np.arange(3), vectors)], vectors, k=10, spec=EXACT, tie_order=np.arange(3))

    assert best.keys.shape == best.scores.shape == (3, 3)


def test_no_queries_and_no_documents() -> None:
    vectors = unit_vectors(3, 8, seed=13)

    assert len(search_exact([], vectors[:0], k=5, spec=EXACT, tie_order=np.arange(3)).keys) == 0
    assert search_exact([], vectors, k=5, spec=EXACT, tie_order=np.arange(3)).keys.shape == (3, 0)


def test_zero_vector_scores_zero() -> None:
    vectors = np.vstack([np.zeros((1, 8), dtype=np.float32), unit_vectors(1, 8, seed=14)])

    best = search_exact([(np.arange(2), vectors)], vectors[1:], k=2, spec=EXACT, tie_order=np.arange(2))

    assert best.keys.tolist() == [[1, 0]]
    assert best.scores[0, 1] == 0


def test_stored_shards_are_searched_where_they_lie(tmp_path: Path) -> None:
    keys, vectors, store = np.arange(50), unit_vectors(50, 12, seed=15), ShardStore(tmp_path)
    stored = [
        store.open(store.write("0", keys[:30], vectors[:30])),
        store.open(store.write("1", keys[30:], vectors[30:])),
    ]

    found = search_exact(stored, vectors[:4], k=9, spec=EXACT, tie_order=keys)

    expected = search_exact([(keys, vectors)], vectors[:4], k=9, spec=EXACT, tie_order=keys)
    np.testing.assert_array_equal(found.keys, expected.keys)
    np.testing.assert_array_equal(found.scores, expected.scores)


@pytest.mark.parametrize("keys", [(1, 1), (1, 2)])
def test_document_with_two_vectors_is_refused(keys: tuple[int, int]) -> None:
    shards = [(keys_of(*keys), unit_vectors(2, 8, seed=16)), (keys_of(1), unit_vectors(1, 8, seed=17))]

    with pytest.raises(DuplicateVector, match="document 1 has two vectors"):
        search_exact(shards, unit_vectors(1, 8, seed=18), k=1, spec=EXACT, tie_order=keys_of(1, 2))


def test_queries_of_another_model_are_refused() -> None:
    with pytest.raises(DimensionMismatch, match="queries have 8 dimensions, documents 16"):
        search_exact(
            [(keys_of(1), unit_vectors(1, 16, seed=0))],
            unit_vectors(1, 8, seed=0),
            k=1,
            spec=IndexSpec("exact", dimension=4),
            tie_order=keys_of(1),
        )


def test_dimension_beyond_the_vectors_is_refused() -> None:
    vectors = unit_vectors(1, 8, seed=0)

    with pytest.raises(InvalidSpec, match=r"index\.dimension: 16"):
        search_exact(
            [(keys_of(1), vectors)], vectors, k=1, spec=IndexSpec("exact", dimension=16), tie_order=keys_of(1)
        )


def test_k_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="k is 0"):
        search_exact([], unit_vectors(1, 8, seed=0), k=0, spec=EXACT, tie_order=keys_of(1))
