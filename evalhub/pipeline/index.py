"""Build a vector index; exact search reads the vectors as they are and has nothing to build."""

from collections.abc import Iterable

from evalhub import wiring
from evalhub.models import Job, VectorIndex, WorkUnit
from evalhub.pipeline.kind import Progress, UnitPlan
from evalhub.pipeline.vectors import shards
from evalhub.selectors.documents import snapshot_keys
from indexing.quantize import bytes_per_vector
from indexing.spec import IndexSpec


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit for a graph, none for exact search."""
    index = _index(job)
    if index.spec["kind"] == "hnsw":
        yield UnitPlan(n_items=index.vector_set.n_vectors)


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Build the graph into its file."""
    from indexing.hnsw import build_hnsw  # USearch is loaded only where there is a graph

    index = _index(job)
    info = build_hnsw(
        shards(index.vector_set),
        wiring.index_path(index),
        IndexSpec.from_dict(index.spec),
        tie_order=snapshot_keys(index.vector_set.snapshot),
    )
    VectorIndex.objects.filter(pk=index.pk).update(n_bytes=info.n_bytes, build_s=info.build_s)


def complete(job: Job) -> None:
    """Publish the index."""
    index = _index(job)
    spec = IndexSpec.from_dict(index.spec)
    if spec.kind == "exact":
        dimension = spec.dimension or index.vector_set.dimension
        index.n_bytes = index.vector_set.n_vectors * bytes_per_vector(dimension, spec.dtype)
    index.is_ready = True
    index.save()


def _index(job: Job) -> VectorIndex:
    return VectorIndex.objects.select_related("vector_set__snapshot").get(pk=job.params["vector_index"])
