"""Exact search against a bare numpy product and argpartition on the same vectors.

The bare version sorts its k best but promises nothing about ties, dtypes, shards or memory.
Prints medians and, as the last line, our time over the bare one's: goal at most 1.3.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from indexing.exact import search_exact
from indexing.spec import IndexSpec

DOCUMENTS, DIMENSION, QUERIES, K, ROUNDS = 100_000, 384, 200, 100, 9


def unit_rows(rng: np.random.Generator, n: int) -> NDArray[np.float32]:
    """Draw n directions, float32 (n, DIMENSION)."""
    vectors = rng.standard_normal((n, DIMENSION), dtype=np.float32)
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def bare(documents: NDArray[np.float32], queries: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the rows of the k best, best first, int64 (n_queries, k)."""
    scores = queries @ documents.T
    best = np.argpartition(scores, -K, axis=1)[:, -K:]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
    return np.take_along_axis(best, order, axis=1)


def seconds(call: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    rng = np.random.default_rng(0)
    documents, queries = unit_rows(rng, DOCUMENTS), unit_rows(rng, QUERIES)
    keys = np.arange(DOCUMENTS, dtype=np.int64)
    spec = IndexSpec("exact")

    def ours() -> NDArray[np.int64]:
        return search_exact([(keys, documents)], queries, k=K, spec=spec, tie_order=keys).keys

    def theirs() -> NDArray[np.int64]:
        return bare(documents, queries)

    # Compared as sets: the bare product's last bit decides its order of near ties.
    assert np.array_equal(np.sort(ours()), np.sort(theirs())), "the two disagree"
    rounds = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
    mine, bare_one = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"{DOCUMENTS} x {DIMENSION}, {QUERIES} queries, k = {K}, median of {ROUNDS} alternating rounds")
    print(f"indexing.exact.search_exact   {mine:.3f} s")
    print(f"numpy matmul + argpartition   {bare_one:.3f} s")
    print(f"ratio ours/numpy: {statistics.median(a / b for a, b in rounds):.2f} (lower is better)")


if __name__ == "__main__":
    main()
