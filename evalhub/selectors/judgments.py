"""Stored judgments as lists give them, with the ids that their texts have."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from evalhub.models import Judgment, QueryCollection, RaterVersion, Snapshot, Workspace
from evalhub.selectors.documents import alive_in, collection_queries, snapshot_documents

Json = dict[str, Any]


def judgments_of_workspace(
    workspace: Workspace, version: RaterVersion | None, collection: QueryCollection | None
) -> QuerySet[Judgment]:
    """The judgments of a rater version, or of all, on the current queries of a collection, or on all."""
    rows = Judgment.objects.filter(rater_version__workspace=workspace)
    if version is not None:
        rows = rows.filter(rater_version=version)
    if collection is not None:
        current = collection.queries.filter(alive_in(collection.version))
        rows = rows.filter(query_digest__in=current.values("digest"))
    return rows.select_related("rater_version__rater")


def judgments_shown(
    rows: Sequence[Judgment], collection: QueryCollection | None, snapshot: Snapshot | None
) -> Iterable[Json]:
    """A page of judgments, with the ids of a collection and of a snapshot where these are known."""
    queries = _query_ids(rows, collection)
    documents = _doc_ids(rows, snapshot)
    for row in rows:
        version = row.rater_version
        yield {
            "id": row.pk,
            "rater": f"{version.rater.name}@{version.number}",
            "query_ids": queries[row.query_digest],
            "doc_ids": documents[row.document_digest],
            "query_digest": row.query_digest,
            "document_digest": row.document_digest,
            "repeat": row.repeat,
            "state": row.state,
            "grade": row.grade,
            "gain": row.gain,
            "max_grade": version.max_grade,
            "probabilities": row.probabilities,
            "rationale": row.rationale,
            "reason": row.reason,
            "cost_usd": float(row.cost_usd),
            "rated_at": row.rated_at,
        }


def _query_ids(rows: Sequence[Judgment], collection: QueryCollection | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if collection is not None:
        wanted = {row.query_digest for row in rows}
        current = collection_queries(collection, collection.version).filter(digest__in=wanted)
        for digest, query_id in current.values_list("digest", "query_id"):
            found[digest].append(query_id)
    return found


def _doc_ids(rows: Sequence[Judgment], snapshot: Snapshot | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if snapshot is not None:
        wanted = {row.document_digest for row in rows}
        current = snapshot_documents(snapshot).filter(digest__in=wanted).order_by("pk")
        for digest, doc_id in current.values_list("digest", "doc_id"):
            found[digest].append(doc_id)
    return found
