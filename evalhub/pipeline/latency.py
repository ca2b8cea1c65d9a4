"""Measure what a search costs, on a sample of the queries."""

import time

import numpy as np

from evalhub.models import Query, Run
from evalhub.pipeline.search import Searcher
from indexing.topk import recall_at

SAMPLE = 30
RECALL_CUTOFF = 10


def measure(run: Run, searcher: Searcher, queries: list[Query]) -> None:
    """Record milliseconds per query, one at a time with encoding, and the recall against exact search."""
    sample = queries[:SAMPLE]
    times_ms = [_query_ms(searcher, query) for query in sample]
    p50, p95 = np.percentile(times_ms, [50, 95])
    recall = _recall(searcher, sample)
    Run.objects.filter(pk=run.pk).update(query_ms_p50=p50, query_ms_p95=p95, ann_recall_at_10=recall)


def _query_ms(searcher: Searcher, query: Query) -> float:
    started = time.perf_counter()
    searcher.search(searcher.encode([query]), RECALL_CUTOFF)
    return (time.perf_counter() - started) * 1000


def _recall(searcher: Searcher, queries: list[Query]) -> float | None:
    if searcher.spec.kind == "exact":
        return 1.0
    vectors = searcher.encode(queries)
    exact = searcher.search_exact(vectors, RECALL_CUTOFF)
    return recall_at(searcher.search(vectors, RECALL_CUTOFF), exact, RECALL_CUTOFF)
