"""USearch's HNSW graph: made, opened and asked for candidates, with every parameter spelt out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from usearch.compiled import MetricKind
from usearch.index import Index

from indexing.quantize import Vectors, compared_rows
from indexing.spec import Dtype, IndexSpec


class UnusableIndex(RuntimeError):
    """An index file is missing, damaged, or of another snapshot or spec."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}. Build the index again.")
        self.path = path


def empty_graph(spec: IndexSpec, dimension: int) -> Any:
    """Return a graph without vectors. Raises InvalidSpec unless the spec is of kind hnsw."""
    connectivity, expansion_add, expansion_search = spec.hnsw
    return Index(
        ndim=dimension,
        metric=_metric(spec.dtype),
        dtype=spec.dtype,
        connectivity=connectivity,
        expansion_add=expansion_add,
        expansion_search=expansion_search,
        multi=False,
        enable_key_lookups=True,
    )


def open_graph(path: Path, spec: IndexSpec, dimension: int) -> Any:
    """Map a saved graph, read from disk when touched. Raises UnusableIndex."""
    if not path.is_file():
        raise UnusableIndex(path, "the index file is missing")
    graph = empty_graph(spec, dimension)
    try:
        written: Any = Index.metadata(path)
        is_same = (written["dimensions"], written["kind_scalar"]) == (graph.ndim, graph.dtype)
        if is_same:
            graph.view(path)
    except (ValueError, RuntimeError) as error:
        raise UnusableIndex(path, f"not a readable index ({error})") from error
    if not is_same:
        raise UnusableIndex(
            path,
            f"it holds {written['dimensions']} dimensions of {written['kind_scalar'].name}, where "
            f"{dimension} of {spec.dtype} are asked for",
        )
    return graph


def candidates(
    graph: Any, stored: NDArray[Any], k: int, expansion_search: int, threads: int
) -> list[NDArray[np.int64]]:
    """Return the keys found for each query in its stored form, at least min(k, size of the graph)."""
    count = min(max(k, expansion_search), len(graph))
    found = _lists(graph.search(stored, count, threads=threads), len(stored))
    short = [place for place, keys in enumerate(found) if len(keys) < min(k, count)]
    if short:
        complete = graph.search(stored[short], count, threads=threads, exact=True)
        for place, keys in zip(short, _lists(complete, len(short)), strict=True):
            found[place] = keys
    return found


def rows_of(graph: Any, keys: NDArray[np.int64], dtype: Dtype, dimension: int) -> Vectors:
    """Return the compared rows of documents in the graph, float32 (n, dimension)."""
    return compared_rows(np.vstack(graph.get(keys)), dtype, dimension)


def _lists(matches: Any, n_queries: int) -> list[NDArray[np.int64]]:
    # USearch returns a single query's matches without the outer list.
    per_query: Sequence[Any] = [matches] if n_queries == 1 else matches
    return [per_query[place].keys.astype(np.int64) for place in range(n_queries)]


def _metric(dtype: Dtype) -> Any:
    # Not cosine: the vectors have length 1, and exact search takes inner products of what is stored too.
    return MetricKind.Hamming if dtype == "b1" else MetricKind.IP
