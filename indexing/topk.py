"""The k best of many: one order for every kind of search, so that their results compare and merge."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TopK:
    """Ranked lists: keys int64 (n_queries, k) and scores float32 (n_queries, k), best first.

    Sorted by (-score, tie position). A corpus of n < k documents gives n columns.
    """

    keys: NDArray[np.int64]
    scores: NDArray[np.float32]


class TieOrder:
    """Which documents a snapshot has, and which of two with equal scores comes first.

    `keys` is int64 (n,): every document's key once, in the order that decides ties (that of `doc_id`).
    """

    def __init__(self, keys: NDArray[np.int64]) -> None:
        self.keys = keys
        self._positions = np.argsort(keys, kind="stable")
        self._sorted = keys[self._positions]

    def positions(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return each key's place in the order, -1 for a key that the snapshot does not have."""
        if len(self.keys) == 0:
            return np.full(keys.shape, -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._sorted, keys), len(self.keys) - 1)
        return np.where(self._sorted[places] == keys, self._positions[places], -1)


class RunningTopK:
    """The best k (score, tie position) of every query among the candidates given so far."""

    def __init__(self, n_queries: int, k: int) -> None:
        self._n_queries = n_queries
        self._k = k
        self._query = np.empty(0, dtype=np.int64)
        self._score = np.empty(0, dtype=np.float32)
        self._position = np.empty(0, dtype=np.int64)

    def add(self, query: NDArray[np.int64], score: NDArray[np.float32], position: NDArray[np.int64]) -> None:
        """Offer candidates, one per element; each (query, position) at most once in all calls."""
        query = np.concatenate([self._query, query])
        score = np.concatenate([self._score, score])
        position = np.concatenate([self._position, position])
        order = _best_first(query, score, position)
        query = query[order]
        first = np.searchsorted(query, np.arange(self._n_queries))
        rank = np.arange(len(order)) - first[query]
        kept = order[rank < self._k]
        self._query, self._score, self._position = query[rank < self._k], score[kept], position[kept]

    def floor(self) -> NDArray[np.float32]:
        """Return what a candidate must at least score, float32 (n_queries,): -inf until k are known."""
        floor = np.full(self._n_queries, -np.inf, dtype=np.float32)
        ends = np.searchsorted(self._query, np.arange(self._n_queries), side="right")
        is_full = np.bincount(self._query, minlength=self._n_queries) == self._k
        floor[is_full] = self._score[ends[is_full] - 1]
        return floor

    def result(self, order: TieOrder) -> TopK:
        """Return the lists. Every query must have been offered the same number of candidates, or k."""
        shape = (self._n_queries, len(self._query) // max(1, self._n_queries))
        return TopK(order.keys[self._position].reshape(shape), self._score.reshape(shape))


def _best_first(
    query: NDArray[np.int64], score: NDArray[np.float32], position: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the order by (query, -score, position), int64 (n,)."""
    # Adding zero turns -0.0 into 0.0, whose bits differ though the scores are equal.
    bits = (score + np.float32(0)).view(np.uint32)
    falling = np.where(bits >> 31, bits, ~bits & np.uint32(0x7FFFFFFF))
    packed = (query.astype(np.uint64) << np.uint64(32)) | falling
    # One sort of integers is several times faster than three of separate keys, and enough without ties.
    order = np.argsort(packed)
    if (np.diff(packed[order]) == 0).any():
        order = np.lexsort((position, packed))
    return order


def stacked(parts: Sequence[TopK]) -> TopK:
    """Put the lists of consecutive queries below each other; none give (0, 0) arrays."""
    if not parts:
        return TopK(np.empty((0, 0), dtype=np.int64), np.empty((0, 0), dtype=np.float32))
    keys = np.concatenate([part.keys for part in parts])
    return TopK(keys, np.concatenate([part.scores for part in parts]))


def merge_top_k(parts: Sequence[TopK], k: int, tie_order: NDArray[np.int64]) -> TopK:
    """Merge the lists of disjoint parts of a corpus, such as shards, for the same queries.

    Args:
        parts: at least one; all with the same number of queries.
        k: how many to keep.
        tie_order: int64 (n,), the snapshot's keys in tie order.
    """
    order = TieOrder(tie_order)
    n_queries = len(parts[0].keys)
    best = RunningTopK(n_queries, k)
    for part in parts:
        query = np.repeat(np.arange(n_queries), part.keys.shape[1])
        best.add(query, part.scores.ravel(), order.positions(part.keys.ravel()))
    return best.result(order)


def recall_at(approximate: TopK, exact: TopK, k: int) -> float | None:
    """Return the mean share of the exact k best that the approximate k best hold; None without queries."""
    depth = min(k, exact.keys.shape[1])
    if len(exact.keys) == 0 or depth == 0:
        return None
    found = [
        len(np.intersect1d(a, e)) for a, e in zip(approximate.keys[:, :k], exact.keys[:, :depth], strict=True)
    ]
    return float(sum(found) / (len(found) * depth))
