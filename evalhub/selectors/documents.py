"""Read the documents and queries of a version."""

import numpy as np
import numpy.typing as npt
from django.db.models import Avg, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from evalhub.models import Document, GoldLabel, Query, QueryCollection, Snapshot
from evalhub.selectors.order import codepoint_order

SAMPLED = 500


def alive_in(number: int | OuterRef) -> Q:
    """Rows that belong to a version, be it of a snapshot, of queries or of gold labels."""
    return Q(added_in__lte=number) & (Q(removed_in=None) | Q(removed_in__gt=number))


def snapshot_documents(snapshot: Snapshot) -> QuerySet[Document]:
    """The documents of a snapshot, in no order."""
    return Document.objects.filter(alive_in(snapshot.number), corpus_id=snapshot.corpus_id)


def snapshot_mean_chars(snapshot: Snapshot) -> float:
    """Characters of title and text of a document, on average; of SAMPLED documents where there are more."""
    rows = snapshot_documents(snapshot)
    if snapshot.n_documents > SAMPLED:
        rows = _spread_out(snapshot, rows)
    found = rows.aggregate(mean=Avg(Length("title") + Length("text")))
    return float(found["mean"] or 0.0)


def _spread_out(snapshot: Snapshot, rows: QuerySet[Document]) -> QuerySet[Document]:
    """Rows at even distances between the first and the last, found by their keys without a look at others."""
    in_order = Document.objects.filter(corpus_id=snapshot.corpus_id).order_by("added_in", "pk")
    keys = in_order.values_list("pk", flat=True)
    first, last = keys.first() or 0, keys.last() or 0
    wanted = np.linspace(first, last, SAMPLED, dtype=np.int64).tolist()
    sample = rows.filter(pk__in=wanted)
    # Keys of other corpora may lie between, as far as leaving none of ours among those looked up.
    return sample if sample.exists() else rows.filter(pk__gte=first)[:SAMPLED]


def snapshot_keys(snapshot: Snapshot) -> npt.NDArray[np.int64]:
    """Primary keys of a snapshot's documents in code point order of doc_id: int64 (n_documents,)."""
    rows = snapshot_documents(snapshot).order_by(codepoint_order("doc_id")).values_list("pk", flat=True)
    return np.fromiter(rows.iterator(chunk_size=10_000), dtype=np.int64)


def collection_queries(collection: QueryCollection, version: int) -> QuerySet[Query]:
    """The queries of a version of a collection, in code point order of query_id."""
    rows = Query.objects.filter(alive_in(version), collection=collection)
    return rows.order_by(codepoint_order("query_id"))


def gold_of(collection: QueryCollection, gold_version: int) -> dict[str, dict[str, int]]:
    """Gold grades of a gold version: query_id -> doc_id -> grade."""
    rows = GoldLabel.objects.filter(alive_in(gold_version), collection=collection)
    gold: dict[str, dict[str, int]] = {}
    for query_id, doc_id, grade in rows.values_list("query_id", "doc_id", "grade").iterator():
        gold.setdefault(query_id, {})[doc_id] = grade
    return gold
