from pathlib import Path
from typing import Any

import numpy as np
import pytest
from usearch.index import Index

from indexing.blocks import DuplicateVector
from indexing.exact import search_exact
from indexing.graph import UnusableIndex
from indexing.hnsw import EmptyIndex, build_hnsw, search_hnsw
from indexing.quantize import bytes_per_vector
from indexing.spec import Dtype, IndexSpec, InvalidSpec
from indexing.topk import recall_at
from tests.indexing.vectors import unit_vectors

DTYPES: tuple[Dtype, ...] = ("f32", "f16", "bf16", "i8", "b1")
N, DIMENSION = 1500, 36
KEYS = np.arange(N) * 3 + 1
VECTORS = unit_vectors(N, DIMENSION, seed=0)
QUERIES = unit_vectors(30, DIMENSION, seed=1)
SHARDS = [(KEYS[:900], VECTORS[:900]), (KEYS[900:], VECTORS[900:])]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "indexes" / "graph.usearch"


@pytest.mark.parametrize("dtype", DTYPES)
def test_recall_and_scores_against_exact_search(path: Path, dtype: Dtype) -> None:
    spec = IndexSpec("hnsw", dtype=dtype)
    info = build_hnsw(SHARDS, path, spec, KEYS)

    found = search_hnsw(path, QUERIES, k=10, spec=spec, tie_order=KEYS)
    exact = search_exact(SHARDS, QUERIES, k=10, spec=spec, tie_order=KEYS)

    recall = recall_at(found, exact, 10)
    assert recall is not None
    assert recall >= 0.9
    is_same = found.keys == exact.keys
    assert is_same.any()
    np.testing.assert_array_equal(found.scores[is_same], exact.scores[is_same])
    assert info.n == N
    assert info.n_bytes == path.stat().st_size > N * bytes_per_vector(DIMENSION, dtype)


def test_lower_expansion_finds_less(path: Path) -> None:
    thorough = IndexSpec("hnsw", connectivity=4, expansion_add=20, expansion_search=400)
    hasty = IndexSpec("hnsw", connectivity=4, expansion_add=20, expansion_search=10)
    build_hnsw(SHARDS, path, thorough, KEYS)
    exact = search_exact(SHARDS, QUERIES, k=10, spec=thorough, tie_order=KEYS)

    recalls = [
        recall_at(search_hnsw(path, QUERIES, k=10, spec=spec, tie_order=KEYS), exact, 10) or 0
        for spec in (hasty, thorough)
    ]

    assert recalls[0] < recalls[1]


def test_one_query_alone_and_among_others(path: Path) -> None:
    spec = IndexSpec("hnsw", dimension=16)
    build_hnsw(SHARDS, path, spec, KEYS)

    alone = search_hnsw(path, QUERIES[:1], k=5, spec=spec, tie_order=KEYS)
    among = search_hnsw(path, QUERIES, k=5, spec=spec, tie_order=KEYS, threads=2)

    np.testing.assert_array_equal(alone.keys[0], among.keys[0])
    assert search_hnsw(path, QUERIES[:0], k=5, spec=spec, tie_order=KEYS).keys.shape == (0, 0)


def test_equal_vectors_give_the_same_file(path: Path) -> None:
    spec = IndexSpec("hnsw", dtype="f16")
    build_hnsw(SHARDS, path, spec, KEYS)
    first = path.read_bytes()

    build_hnsw([(KEYS, VECTORS)], path, spec, KEYS)

    assert path.read_bytes() == first
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_parameters_reach_usearch(path: Path) -> None:
    spec = IndexSpec("hnsw", dtype="i8", dimension=20, connectivity=6, expansion_add=40, expansion_search=50)
    build_hnsw(SHARDS, path, spec, KEYS)

    index: Any = Index.restore(path)

    assert (index.ndim, index.dtype.name, index.metric_kind.name) == (20, "I8", "IP")
    wide = build_hnsw(SHARDS, path.with_name("wide"), IndexSpec("hnsw", dtype="i8", dimension=20), KEYS)
    # 32 edges at most for each document instead of 6.
    assert wide.n_bytes > path.stat().st_size


def test_ties_go_by_the_given_order(path: Path) -> None:
    spec, same = IndexSpec("hnsw"), np.repeat(VECTORS[:1], 6, axis=0)
    tie_order = np.array([5, 1, 4, 2, 6, 3])
    build_hnsw([(np.arange(1, 7), same)], path, spec, tie_order)

    found = search_hnsw(path, VECTORS[:1], k=4, spec=spec, tie_order=tie_order)

    assert found.keys.tolist() == [[5, 1, 4, 2]]


def test_every_document_is_returned_when_all_are_asked_for(path: Path) -> None:
    spec = IndexSpec("hnsw", dtype="b1", connectivity=2, expansion_add=1, expansion_search=1)
    build_hnsw(SHARDS, path, spec, KEYS)

    found = search_hnsw(path, QUERIES[:3], k=2 * N, spec=spec, tie_order=KEYS)

    exact = search_exact(SHARDS, QUERIES[:3], k=2 * N, spec=spec, tie_order=KEYS)
    np.testing.assert_array_equal(found.keys, exact.keys)


def test_vectors_of_other_snapshots_are_left_out(path: Path) -> None:
    spec = IndexSpec("hnsw")

    info = build_hnsw(SHARDS, path, spec, KEYS[::2])

    assert info.n == N / 2
    found = search_hnsw(path, QUERIES, k=10, spec=spec, tie_order=KEYS[::2])
    assert np.isin(found.keys, KEYS[::2]).all()


def test_index_of_another_snapshot_is_refused(path: Path) -> None:
    spec = IndexSpec("hnsw")
    build_hnsw(SHARDS, path, spec, KEYS)

    with pytest.raises(UnusableIndex, match=r"which the snapshot does not\. Build the index again"):
        search_hnsw(path, QUERIES, k=10, spec=spec, tie_order=KEYS[::2])


def test_index_of_another_spec_is_refused(path: Path) -> None:
    build_hnsw(SHARDS, path, IndexSpec("hnsw", dtype="f16"), KEYS)

    for other in (IndexSpec("hnsw", dtype="f32"), IndexSpec("hnsw", dtype="f16", dimension=8)):
        with pytest.raises(UnusableIndex, match="it holds 36 dimensions of F16, where"):
            search_hnsw(path, QUERIES, k=10, spec=other, tie_order=KEYS)


def test_missing_index_names_the_file(path: Path) -> None:
    with pytest.raises(UnusableIndex, match=r"graph\.usearch: the index file is missing. Build"):
        search_hnsw(path, QUERIES, k=10, spec=IndexSpec("hnsw"), tie_order=KEYS)


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_index_cut_short_is_refused(path: Path, share: float) -> None:
    spec = IndexSpec("hnsw")
    build_hnsw(SHARDS, path, spec, KEYS)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(UnusableIndex, match="not a readable index"):
        search_hnsw(path, QUERIES, k=10, spec=spec, tie_order=KEYS)


def test_nothing_to_index_is_told(path: Path) -> None:
    with pytest.raises(EmptyIndex, match="Embed the documents first"):
        build_hnsw(SHARDS, path, IndexSpec("hnsw"), np.array([2]))
    assert not path.exists()


def test_exact_spec_is_no_graph(path: Path) -> None:
    with pytest.raises(InvalidSpec, match="exact has no HNSW parameters"):
        build_hnsw(SHARDS, path, IndexSpec("exact"), KEYS)


def test_shard_given_twice_is_refused(path: Path) -> None:
    with pytest.raises(DuplicateVector):
        build_hnsw([SHARDS[0], SHARDS[0]], path, IndexSpec("hnsw"), KEYS)


def test_k_of_nothing_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="k is 0"):
        search_hnsw(path, QUERIES, k=0, spec=IndexSpec("hnsw"), tie_order=KEYS)
