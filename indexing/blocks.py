"""Rows of a snapshot out of shards that may hold more."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from indexing.topk import TieOrder

Shard = tuple[NDArray[np.int64], NDArray[np.float32]]


class DuplicateVector(ValueError):
    """Two shards, or one twice, hold a vector for the same document."""


def snapshot_blocks(
    shards: Iterable[Shard], order: TieOrder, n_rows: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Yield blocks of at most `n_rows`: tie positions int64 (n,), vectors float32 (n, dimension).

    Rows whose key the snapshot does not have are left out: documents that were changed or removed.

    Raises:
        DuplicateVector: a document's vector comes twice.
    """
    is_seen = np.zeros(len(order.keys), dtype=np.bool_)
    for keys, vectors in shards:
        for start in range(0, len(keys), n_rows):
            positions = order.positions(keys[start : start + n_rows])
            block = np.asarray(vectors[start : start + n_rows])
            if (positions < 0).any():
                # Copies, so only where it must: a whole block stays a view of the file.
                block = block[positions >= 0]
                positions = positions[positions >= 0]
            _refuse_second(positions, is_seen, order)
            if len(positions):
                yield positions, block


def _refuse_second(positions: NDArray[np.int64], is_seen: NDArray[np.bool_], order: TieOrder) -> None:
    distinct, counts = np.unique(positions, return_counts=True)
    repeated = distinct[(counts > 1) | is_seen[distinct]]
    if len(repeated):
        raise DuplicateVector(
            f"document {order.keys[repeated[0]]} has two vectors in these shards. Pass each shard once, "
            "and only shards of one vector set."
        )
    is_seen[distinct] = True
