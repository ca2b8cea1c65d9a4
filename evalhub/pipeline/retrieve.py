"""Retrieve a system's ranked lists for a query collection."""

from collections.abc import Iterable

from django.db import transaction

from evalhub.models import Hit, Job, Query, Run, System, WorkUnit
from evalhub.pipeline import imported_run, latency, search
from evalhub.pipeline.kind import Progress, UnitPlan
from evalhub.selectors.documents import collection_queries

UNIT_QUERIES = 500
INSERT_BATCH = 1000

RankedLists = dict[int, search.RankedList]


def plan(job: Job) -> Iterable[UnitPlan]:
    """Units over the queries; an imported run is read in one."""
    run_row = _run(job)
    keys = list(
        collection_queries(run_row.collection, run_row.collection_version).values_list("pk", flat=True)
    )
    size = UNIT_QUERIES if run_row.system.kind == System.Kind.INDEX else len(keys)
    for start in range(0, len(keys), size):
        part = keys[start : start + size]
        yield UnitPlan({"queries": part, "is_first": start == 0}, n_items=len(part))


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Retrieve for the unit's queries and store the hits."""
    run_row = _run(job)
    by_key = Query.objects.in_bulk(unit.payload["queries"])
    queries = [by_key[key] for key in unit.payload["queries"]]
    if run_row.system.kind == System.Kind.RUN:
        lists = imported_run.ranked_lists(run_row, queries)
    else:
        searcher = search.Searcher(run_row.system, run_row.snapshot)
        ranked = searcher.ranked([query.text for query in queries], run_row.depth)
        lists = {query.pk: found for query, found in zip(queries, ranked, strict=True)}
        if unit.payload["is_first"]:
            latency.measure(run_row, searcher, queries)
    store(run_row, lists)


def complete(job: Job) -> None:
    """Nothing: hits are read only once the job is done."""


def store(run_row: Run, lists: RankedLists) -> None:
    """Replace the hits of these queries: a second delivery ends with one set of ranks."""
    hits = (
        Hit(run=run_row, query_id=query, rank=rank, document_id=document, score=score)
        for query, ranked in lists.items()
        for rank, (document, score) in enumerate(ranked, start=1)
    )
    with transaction.atomic():
        Hit.objects.filter(run=run_row, query_id__in=lists).delete()
        Hit.objects.bulk_create(hits, batch_size=INSERT_BATCH)


def _run(job: Job) -> Run:
    related = ("system__embedding_model", "snapshot__corpus", "collection")
    return Run.objects.select_related(*related).get(pk=job.params["run"])
