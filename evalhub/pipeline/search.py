"""Search a system's index."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from evalhub import wiring
from evalhub.models import Query, Snapshot, System, VectorIndex
from evalhub.pipeline.vectors import shards
from evalhub.selectors.documents import snapshot_keys
from indexing.encoders.base import Encoder
from indexing.exact import search_exact
from indexing.spec import IndexSpec
from indexing.topk import TopK

RankedList = list[tuple[int, float]]
"""(document key, score) in rank order."""


class Searcher:
    """A system's encoder and its index over a snapshot, loaded once."""

    def __init__(
        self, system: System, snapshot: Snapshot, encoder_of: Callable[[int], Encoder] = wiring.encoder
    ) -> None:
        """Takes where the encoder of an embedding model comes from.

        Raises:
            VectorIndex.DoesNotExist: the snapshot has no such index.
        """
        self.index = VectorIndex.objects.select_related("vector_set").get(
            vector_set__snapshot=snapshot,
            vector_set__embedding_model=system.embedding_model_id,
            digest=IndexSpec.from_dict(system.index_spec or {}).digest,
        )
        self.spec = IndexSpec.from_dict(self.index.spec)
        self.tie_order = snapshot_keys(snapshot)
        self.encoder = encoder_of(self.index.vector_set.embedding_model_id)

    def encode(self, queries: list[Query]) -> npt.NDArray[np.float32]:
        """Query vectors: float32 (n_queries, dimension)."""
        return self._encode([query.text for query in queries])

    def search(self, vectors: npt.NDArray[np.float32], k: int) -> TopK:
        """Top k by this index."""
        if self.spec.kind == "hnsw":
            from indexing.hnsw import search_hnsw  # USearch is loaded only where there is a graph

            path = wiring.index_path(self.index)
            return search_hnsw(path, vectors, k=k, spec=self.spec, tie_order=self.tie_order)
        return self.search_exact(vectors, k)

    def search_exact(self, vectors: npt.NDArray[np.float32], k: int) -> TopK:
        """Top k by comparing with every vector, at the index's dimension and dtype."""
        parts = shards(self.index.vector_set)
        return search_exact(parts, vectors, k=k, spec=self.spec, tie_order=self.tie_order)

    def ranked(self, texts: list[str], depth: int) -> list[RankedList]:
        """The ranked list of each text, in the order given."""
        top = self.search(self._encode(texts), depth)
        return [
            list(zip(keys.tolist(), scores.tolist(), strict=True))
            for keys, scores in zip(top.keys, top.scores, strict=True)
        ]

    def _encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        return self.encoder.encode_queries(texts).vectors
