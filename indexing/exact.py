"""Exact search: every query against every vector, in blocks.

A BLAS product of a block only preselects: whatever could still reach the k best, by a bound on its
rounding error, is scored again by `pair_scores`. So the result does not depend on blocks, shards or threads,
down to the order of ties at the last rank.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from indexing.blocks import Shard, snapshot_blocks
from indexing.quantize import Vectors, score_scale
from indexing.scoring import check_dimensions, pair_scores, product_error, rows_to_compare
from indexing.spec import Dtype, IndexSpec
from indexing.topk import RunningTopK, TieOrder, TopK, stacked

ROWS_PER_BLOCK = 32768
QUERIES_PER_BLOCK = 512  # with the rows: 64 MB of products
CANDIDATES_PER_STEP = 1 << 20


def search_exact(
    shards: Iterable[Shard],
    queries: Vectors,
    *,
    k: int,
    spec: IndexSpec,
    tie_order: NDArray[np.int64],
    rows_per_block: int = ROWS_PER_BLOCK,
) -> TopK:
    """Return the k best documents of a snapshot for every query.

    Args:
        shards: (keys int64 (n,), vectors float32 (n, full dimension), L2-normalised), gone through once.
        queries: float32 (n_queries, full dimension), L2-normalised.
        k: how many; fewer come where the snapshot has fewer vectors.
        spec: dimension and dtype; the kind is not looked at, so that HNSW can be measured against this.
        tie_order: int64 (n,), the snapshot's keys in the order that decides ties; vectors of other keys
            are left out.
        rows_per_block: memory against speed; the result does not depend on it.

    Raises:
        DimensionMismatch: queries and documents come from different models.
        DuplicateVector: a document's vector comes twice.
        InvalidSpec: the spec's dimension is more than the vectors have.
    """
    if k < 1:
        raise ValueError(f"k is {k}: ask for at least one document.")
    order = TieOrder(tie_order)
    query_rows = rows_to_compare(queries, spec)
    parts = [query_rows[part] for part in _slices(len(queries), QUERIES_PER_BLOCK)]
    best = [RunningTopK(len(part), k) for part in parts]
    for positions, block in snapshot_blocks(shards, order, rows_per_block):
        check_dimensions(queries, block.shape[1])
        rows = rows_to_compare(block, spec)
        for part, running in zip(parts, best, strict=True):
            _offer(part, rows, positions, running, k, spec.dtype)
    return stacked([running.result(order) for running in best])


def _offer(
    queries: Vectors,
    rows: Vectors,
    positions: NDArray[np.int64],
    best: RunningTopK,
    k: int,
    dtype: Dtype,
) -> None:
    products = queries @ rows.T
    error = product_error(dtype, rows.shape[1])
    floor = best.floor() * np.float32(score_scale(dtype, rows.shape[1])) - error
    if np.isneginf(floor).any() and len(rows) > k:
        floor = np.maximum(floor, _reached_by_k(products, k) - 2 * error)
    candidates = np.flatnonzero(products >= floor[:, np.newaxis].astype(np.float32))
    # In steps, since a corpus of many equal texts makes all of a block candidates.
    for part in _slices(len(candidates), CANDIDATES_PER_STEP):
        query, row = np.divmod(candidates[part], len(rows))
        best.add(query, pair_scores(queries, query, rows, row, dtype), positions[row])


def _reached_by_k(products: Vectors, k: int) -> NDArray[np.float32]:
    """Return a value per row that at least k of its elements reach, close to the k-th best of them."""
    # The k-th best of the maxima of some 8 k groups: a partition of all would take as long as the product.
    n_groups = min(8 * k, products.shape[1])
    size = products.shape[1] // n_groups
    groups = products[:, : size * n_groups].reshape(len(products), size, n_groups)
    reached: NDArray[np.float32] = np.partition(groups.max(axis=1), -k, axis=1)[:, -k]
    return reached


def _slices(n: int, size: int) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, n, size))
