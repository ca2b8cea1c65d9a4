"""Import queries as the next version of a collection: all of them or none."""

from django.db import transaction

from evalhub.core.digest import content_digest, set_digest, text_digest
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.queries import QueryRow, read_queries
from evalhub.formats.source import Source
from evalhub.models import Query, QueryCollection, Workspace
from evalhub.selectors.search_box.labels import asked_query_id

BATCH = 500


Rows = dict[str, QueryRow]
"""By query_id."""


def queries_import(
    workspace: Workspace,
    name: str,
    source: Source,
    *,
    limits: Limits = DEFAULT_LIMITS,
    columns: ColumnMapping | None = None,
) -> QueryCollection:
    """Make the queries of `source` the collection's current ones; unchanged queries keep their rows.

    Raises:
        InputError: a line of the source is not acceptable; the database is unchanged.
    """
    return queries_store(workspace, name, queries_read(source, limits=limits, columns=columns))


def queries_read(
    source: Source, *, limits: Limits = DEFAULT_LIMITS, columns: ColumnMapping | None = None
) -> Rows:
    """Read and check queries without writing anything.

    Raises:
        InputError: a line of the source is not acceptable.
    """
    return {row.query_id: row for row in read_queries(source, limits=limits, columns=columns)}


def queries_store(workspace: Workspace, name: str, rows: Rows) -> QueryCollection:
    """Make checked queries the collection's current ones; equal ones change nothing."""
    digests = {query_id: _row_digest(row) for query_id, row in rows.items()}
    digest = set_digest(query_id + row_digest for query_id, row_digest in digests.items())
    with transaction.atomic():
        QueryCollection.objects.get_or_create(workspace=workspace, name=name)
        collection = QueryCollection.objects.select_for_update().get(workspace=workspace, name=name)
        if collection.digest != digest:
            _apply(collection, rows, digests)
            collection.digest = digest
            collection.n_queries = len(rows)
            collection.save()
    return collection


def query_add(collection: QueryCollection, text: str) -> str:
    """Make sure that the current queries hold this text; returns its query_id, which the text decides."""
    row = QueryRow(0, asked_query_id(text), text, "", (), {})
    with transaction.atomic():
        collection = QueryCollection.objects.select_for_update().get(pk=collection.pk)
        current = dict(collection.queries.filter(removed_in=None).values_list("query_id", "row_digest"))
        if row.query_id not in current:
            collection.version += 1
            current[row.query_id] = _row_digest(row)
            _query(collection, row, current[row.query_id]).save()
            collection.digest = set_digest(query_id + digest for query_id, digest in current.items())
            collection.n_queries = len(current)
            collection.save()
    return row.query_id


def _apply(collection: QueryCollection, rows: Rows, digests: dict[str, str]) -> None:
    collection.version += 1
    current = dict(collection.queries.filter(removed_in=None).values_list("query_id", "row_digest"))
    gone = [query_id for query_id in current if digests.get(query_id) != current[query_id]]
    for start in range(0, len(gone), BATCH):
        collection.queries.filter(removed_in=None, query_id__in=gone[start : start + BATCH]).update(
            removed_in=collection.version
        )
    new = [query_id for query_id in rows if current.get(query_id) != digests[query_id]]
    Query.objects.bulk_create(
        (_query(collection, rows[query_id], digests[query_id]) for query_id in new), batch_size=BATCH
    )


def _query(collection: QueryCollection, row: QueryRow, row_digest: str) -> Query:
    return Query(
        collection=collection,
        query_id=row.query_id,
        text=row.text,
        need=row.need,
        tags=list(row.tags),
        digest=text_digest(row.text, row.need),
        row_digest=row_digest,
        added_in=collection.version,
    )


def _row_digest(row: QueryRow) -> str:
    return content_digest([row.text, row.need, list(row.tags)]).removeprefix("sha256:")
