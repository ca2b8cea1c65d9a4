"""Gold labels with the texts that people graded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalhub.models import QueryCollection, Snapshot
from evalhub.selectors.documents import collection_queries, gold_of, snapshot_documents

ID_BATCH = 500  # below the number of variables a database takes in a statement


@dataclass(frozen=True, slots=True)
class GoldSource:
    """Gold labels of a version, and the snapshot whose texts they grade."""

    collection: QueryCollection
    collection_version: int
    gold_version: int
    snapshot: Snapshot

    @classmethod
    def current(cls, collection: QueryCollection, snapshot: Snapshot) -> "GoldSource":
        """The labels as they are now."""
        return cls(collection, collection.version, collection.gold_version, snapshot)

    def to_dict(self) -> dict[str, int]:
        """Ids and versions, which `from_dict` takes back."""
        return {
            "collection": self.collection.pk,
            "collection_version": self.collection_version,
            "gold_version": self.gold_version,
            "snapshot": self.snapshot.pk,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, int]) -> "GoldSource":
        """Read what `to_dict` wrote."""
        return cls(
            QueryCollection.objects.get(pk=stored["collection"]),
            stored["collection_version"],
            stored["gold_version"],
            Snapshot.objects.select_related("corpus").get(pk=stored["snapshot"]),
        )


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """What a rater would see of a pair, its digests, and the grade people gave it."""

    query_digest: str
    document_digest: str
    query: str
    need: str
    title: str
    text: str
    grade: int


def labelled_pairs(source: GoldSource) -> Iterator[LabelledPair]:
    """The labels of a source, as people wrote them; those about other documents are left out."""
    gold = gold_of(source.collection, source.gold_version)
    documents = _documents(source.snapshot, {doc_id for labels in gold.values() for doc_id in labels})
    queries = collection_queries(source.collection, source.collection_version)
    for query_id, digest, text, need in queries.values_list("query_id", "digest", "text", "need"):
        for doc_id, grade in gold.get(query_id, {}).items():
            if doc_id in documents:
                document_digest, title, body = documents[doc_id]
                yield LabelledPair(digest, document_digest, text, need, title, body, grade)


def _documents(snapshot: Snapshot, doc_ids: set[str]) -> dict[str, tuple[str, str, str]]:
    """(digest, title, text) by doc_id."""
    found, ordered = {}, sorted(doc_ids)
    for start in range(0, len(ordered), ID_BATCH):
        rows = snapshot_documents(snapshot).filter(doc_id__in=ordered[start : start + ID_BATCH])
        for doc_id, *texts in rows.values_list("doc_id", "digest", "title", "text"):
            found[doc_id] = (texts[0], texts[1], texts[2])
    return found
