"""Which pairs stand in a cell of a confusion matrix."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Left

from evalhub.models import AgreementReport, Document, Query, QueryCollection, Snapshot
from evalhub.selectors.documents import collection_queries, snapshot_documents
from evalhub.selectors.rater_pairs import Collected
from evalhub.selectors.rater_references import id_batches

# More pairs than a person looks through are not kept.
MOST_LISTED = 500
SHOWN_CHARACTERS = 300

Cells = dict[str, list[list[int]]]
"""Keys of queries and documents by "grade,grade"."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The pairs of a cell, as far as they were kept."""

    pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]
    n_kept: int


def cells_of(collected: Collected, collection: QueryCollection, snapshot: Snapshot) -> Cells:
    """The first pairs of each cell; of equal texts under several ids one is named."""
    chosen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair, ours, theirs in zip(collected.keys, collected.rater, collected.reference, strict=True):
        cell = chosen[f"{ours},{theirs}"]
        if len(cell) < MOST_LISTED:
            cell.append(pair)
    queries = dict(collection_queries(collection, collection.version).values_list("digest", "pk"))
    documents = _documents(snapshot, {document for cell in chosen.values() for _, document in cell})
    return {
        name: [[queries[query], documents[document]] for query, document in cell if document in documents]
        for name, cell in chosen.items()
    }


def cell_pairs(report: AgreementReport, cell: str, start: int, stop: int) -> Cell:
    """Some of the pairs of a cell, with the beginnings of their texts."""
    kept: list[Any] = (report.cells or {}).get(cell, [])
    wanted = kept[start:stop]
    queries = {row["pk"]: row for row in _queries({query for query, _ in wanted})}
    documents = {row["pk"]: row for row in _texts({document for _, document in wanted})}
    return Cell([(queries[q], documents[d]) for q, d in wanted if q in queries and d in documents], len(kept))


def _queries(keys: Collection[int]) -> Iterable[dict[str, Any]]:
    rows = Query.objects.filter(pk__in=keys)
    return map(dict, rows.values("pk", "query_id", shown=Left("text", SHOWN_CHARACTERS)))


def _texts(keys: Collection[int]) -> Iterable[dict[str, Any]]:
    """A text may have a million characters."""
    rows = Document.objects.filter(pk__in=keys)
    begun = {name: Left(name, SHOWN_CHARACTERS) for name in ("title", "text")}
    shown = rows.values("pk", "corpus_id", "doc_id", shown_title=begun["title"], shown=begun["text"])
    return map(dict, shown)


def _documents(snapshot: Snapshot, digests: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in id_batches(sorted(digests)):
        rows = snapshot_documents(snapshot).filter(digest__in=batch).order_by("-pk")
        found.update(rows.values_list("digest", "pk"))
    return found
