"""Check runs that were retrieved elsewhere."""

from evalhub.formats.errors import InputError
from evalhub.formats.runs import RunRow, read_runs
from evalhub.formats.source import Source
from evalhub.models import QueryCollection, Snapshot
from evalhub.selectors.documents import snapshot_documents

BATCH = 500


def run_check(source: Source, snapshot: Snapshot, collection: QueryCollection) -> None:
    """Read a run to its end and check its ids.

    Raises:
        InputError: a line is not acceptable, or names a query or document that is not there.
    """
    queries = set(collection.queries.filter(removed_in=None).values_list("query_id", flat=True))
    batch: list[RunRow] = []
    for row in read_runs(source):
        if row.query_id not in queries:
            raise _unknown(source, row, "query_id", row.query_id, f'the query collection "{collection.name}"')
        batch.append(row)
        if len(batch) == BATCH:
            _check_documents(source, snapshot, batch)
            batch = []
    _check_documents(source, snapshot, batch)


def _check_documents(source: Source, snapshot: Snapshot, rows: list[RunRow]) -> None:
    wanted = {row.doc_id for row in rows}
    known = set(snapshot_documents(snapshot).filter(doc_id__in=wanted).values_list("doc_id", flat=True))
    unknown = next((row for row in rows if row.doc_id not in known), None)
    if unknown:
        raise _unknown(source, unknown, "doc_id", unknown.doc_id, f'the corpus "{snapshot.corpus.name}"')


def _unknown(source: Source, row: RunRow, field: str, value: str, where: str) -> InputError:
    return InputError(
        file=source.name,
        line=row.line,
        field=field,
        problem=f'"{value}" is not in {where}',
        remedy="Retrieve from the corpus and queries of this campaign, or import what the run was made from.",
    )
