"""Search a system's index."""

import numpy as np
import numpy.typing as npt

from evalhub import wiring
from evalhub.models import Query, Run, VectorIndex
from evalhub.pipeline.vectors import shards
from evalhub.selectors.documents import snapshot_keys
from indexing.exact import search_exact
from indexing.spec import IndexSpec
from indexing.topk import TopK

RankedLists = dict[int, list[tuple[int, float]]]


class Searcher:
    """A run's encoder and index, loaded once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.index = VectorIndex.objects.select_related("vector_set").get(
            vector_set__snapshot=run.snapshot,
            vector_set__embedding_model=run.system.embedding_model,
            digest=IndexSpec.from_dict(run.system.index_spec or {}).digest,
        )
        self.spec = IndexSpec.from_dict(self.index.spec)
        self.tie_order = snapshot_keys(run.snapshot)
        self.encoder = wiring.encoder(self.index.vector_set.embedding_model_id)

    def encode(self, queries: list[Query]) -> npt.NDArray[np.float32]:
        """Query vectors: float32 (n_queries, dimension)."""
        return self.encoder.encode_queries([query.text for query in queries]).vectors

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

    def ranked_lists(self, queries: list[Query]) -> RankedLists:
        """(document key, score) in rank order, by query key."""
        top = self.search(self.encode(queries), self.run.depth)
        return {
            query.pk: list(zip(keys.tolist(), scores.tolist(), strict=True))
            for query, keys, scores in zip(queries, top.keys, top.scores, strict=True)
        }
