"""Ranked lists that were retrieved elsewhere."""

from collections import defaultdict

from evalhub import conf
from evalhub.formats.runs import read_runs
from evalhub.formats.source import Source
from evalhub.models import Query, Run
from evalhub.selectors.documents import snapshot_documents

BATCH = 1000
RankedLists = dict[int, list[tuple[int, float]]]


def ranked_lists(run: Run, queries: list[Query]) -> RankedLists:
    """(document key, score) in rank order, by query key; ids were checked when the campaign was made."""
    keys = {query.query_id: query.pk for query in queries}
    source = Source(name=run.system.run_name, path=conf.home_folder() / run.system.run_path)
    rows = [row for row in read_runs(source) if row.query_id in keys and row.rank <= run.depth]
    documents = _document_keys(run, {row.doc_id for row in rows})
    lists: RankedLists = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.rank):
        if row.doc_id in documents:
            # A file without scores says only the order; any falling numbers keep it.
            score = -float(row.rank) if row.score is None else row.score
            lists[keys[row.query_id]].append((documents[row.doc_id], score))
    return lists


def _document_keys(run: Run, doc_ids: set[str]) -> dict[str, int]:
    keys: dict[str, int] = {}
    wanted = sorted(doc_ids)
    for start in range(0, len(wanted), BATCH):
        part = snapshot_documents(run.snapshot).filter(doc_id__in=wanted[start : start + BATCH])
        keys.update(part.values_list("doc_id", "pk"))
    return keys
