"""Approximate search: a USearch HNSW graph on disk.

Built in one thread, because then the same vectors in the same order give the same file, byte for byte, on
one kind of processor; with several threads the order of insertion, and so the graph, differs from run to
run. On another kind of processor the last bit of a distance may decide an edge differently.
USearch only chooses candidates: they are scored as exact search scores, so the two compare.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexing.blocks import Shard, snapshot_blocks
from indexing.files import replacing
from indexing.graph import UnusableIndex, candidates, empty_graph, open_graph, rows_of
from indexing.quantize import Vectors, compared_rows, quantise, truncate
from indexing.scoring import pair_scores
from indexing.spec import IndexSpec
from indexing.topk import RunningTopK, TieOrder, TopK, stacked

ROWS_PER_BLOCK = 16384
QUERIES_PER_BLOCK = 512


class EmptyIndex(ValueError):
    """There is no vector to index."""


@dataclass(frozen=True, slots=True)
class HnswInfo:
    """An index as built: vectors, file size, seconds it took."""

    n: int
    n_bytes: int
    build_s: float


def build_hnsw(
    shards: Iterable[Shard], path: Path, spec: IndexSpec, tie_order: NDArray[np.int64]
) -> HnswInfo:
    """Build the index of a snapshot's vectors and put it at `path`, whole or not at all.

    Args:
        shards: (keys int64 (n,), vectors float32 (n, full dimension), L2-normalised), gone through once;
            the graph depends on their order.
        path: the file to write or replace.
        spec: of kind hnsw.
        tie_order: int64 (n,), the snapshot's keys; vectors of other keys are left out.

    Raises:
        DuplicateVector: a document's vector comes twice.
        EmptyIndex: no vector of the snapshot comes.
        InvalidSpec: the spec is of another kind, or its dimension is more than the vectors have.
    """
    start = time.perf_counter()
    order = TieOrder(tie_order)
    graph: Any = None
    for positions, block in snapshot_blocks(shards, order, ROWS_PER_BLOCK):
        rows = truncate(block, spec.dimension)
        if graph is None:
            graph = empty_graph(spec, rows.shape[1])
        graph.add(order.keys[positions], _stored(rows, spec), threads=1)
    if graph is None:
        raise EmptyIndex(f"{path}: no vector of the snapshot is in these shards. Embed the documents first.")
    with replacing(path) as temporary:
        graph.save(temporary)
    return HnswInfo(len(graph), path.stat().st_size, time.perf_counter() - start)


def search_hnsw(
    path: Path, queries: Vectors, *, k: int, spec: IndexSpec, tie_order: NDArray[np.int64], threads: int = 1
) -> TopK:
    """Return the k best documents that the graph finds for every query, sorted as exact search sorts.

    The candidates are the max(k, expansion_search) that USearch returns. A query that the graph gives fewer
    than k (an unreachable document) is compared with every vector instead.

    Args:
        path: a file of `build_hnsw`, mapped and not read into memory.
        queries: float32 (n_queries, full dimension), L2-normalised.
        k: how many; fewer come where the index has fewer vectors.
        spec: as for the build; `expansion_search` may differ.
        tie_order: int64 (n,), the snapshot's keys in the order that decides ties.
        threads: of USearch; the result does not depend on it.

    Raises:
        UnusableIndex: the file is missing, damaged, or of another spec or snapshot.
    """
    if k < 1:
        raise ValueError(f"k is {k}: ask for at least one document.")
    order = TieOrder(tie_order)
    rows = truncate(queries, spec.dimension)
    graph = open_graph(path, spec, rows.shape[1])
    parts = [rows[start : start + QUERIES_PER_BLOCK] for start in range(0, len(rows), QUERIES_PER_BLOCK)]
    return stacked([_search_part(graph, path, part, k, spec, order, threads) for part in parts])


def _search_part(
    graph: Any, path: Path, queries: Vectors, k: int, spec: IndexSpec, order: TieOrder, threads: int
) -> TopK:
    stored, dimension = _stored(queries, spec), queries.shape[1]
    found = candidates(graph, stored, k, spec.hnsw.expansion_search, threads)
    query = np.repeat(np.arange(len(queries)), [len(keys) for keys in found])
    keys = np.concatenate(found)
    positions = order.positions(keys)
    if (positions < 0).any():
        raise UnusableIndex(path, f"it holds document {keys[positions < 0][0]}, which the snapshot does not")
    distinct, place = np.unique(keys, return_inverse=True)
    rows = rows_of(graph, distinct, spec.dtype, dimension)
    scores = pair_scores(compared_rows(stored, spec.dtype, dimension), query, rows, place, spec.dtype)
    best = RunningTopK(len(queries), k)
    best.add(query, scores, positions)
    return best.result(order)


def _stored(rows: Vectors, spec: IndexSpec) -> NDArray[Any]:
    """Return vectors in their stored form, which USearch then keeps as it is."""
    return np.ascontiguousarray(quantise(rows, spec.dtype))
