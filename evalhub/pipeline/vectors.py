"""Read the vectors of a set."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from evalhub import wiring
from evalhub.models import VectorSet

Shard = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]


def shards(vector_set: VectorSet) -> Iterator[Shard]:
    """(keys, vectors) of each shard; they may hold documents that are no longer in the snapshot."""
    store = wiring.shard_store()
    for name in vector_set.shards.order_by("name").values_list("name", flat=True):
        yield store.open(name)
