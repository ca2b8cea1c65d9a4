"""What a rater is held against: people's labels, or another rater."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evalhub.models import GoldLabel, Judgment, QueryCollection, RaterVersion, Snapshot
from evalhub.selectors.documents import alive_in, snapshot_documents

ID_BATCH = 500  # below the number of variables a database takes in a statement

PairDigests = tuple[str, str]
QueryIds = Mapping[str, Sequence[str]]
"""query_ids by query digest: equal texts under several ids are one query to a rater."""


class Reference(Protocol):
    """What a rater is held against."""

    @property
    def name(self) -> str:
        """As reports show it."""
        ...

    @property
    def max_grade(self) -> int:
        """G of its scale 0..G."""
        ...

    def grades(self, queries: QueryIds) -> dict[PairDigests, int]:
        """The grades of a batch of queries, by the digests of the texts."""
        ...


@dataclass(frozen=True, slots=True)
class GoldReference:
    """The current gold labels of a collection, about the texts of a snapshot.

    Of equal texts under several ids the highest label counts, as for a rater of kind gold.
    """

    collection: QueryCollection
    snapshot: Snapshot
    max_grade: int
    name: str = "gold"

    def grades(self, queries: QueryIds) -> dict[PairDigests, int]:
        """The grades of a batch of queries."""
        digest_of = {query_id: digest for digest, ids in queries.items() for query_id in ids}
        labels: list[tuple[str, str, int]] = []
        for ids in id_batches(list(digest_of)):
            rows = GoldLabel.objects.filter(
                alive_in(self.collection.gold_version), collection=self.collection
            )
            labels.extend(rows.filter(query_id__in=ids).values_list("query_id", "doc_id", "grade"))
        documents = self._documents({doc_id for _, doc_id, _ in labels})
        grades: dict[PairDigests, int] = {}
        for query_id, doc_id, grade in labels:
            if doc_id in documents:
                key = (digest_of[query_id], documents[doc_id])
                grades[key] = max(grade, 0, grades.get(key, 0))
        return grades

    def _documents(self, doc_ids: set[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for ids in id_batches(sorted(doc_ids)):
            rows = snapshot_documents(self.snapshot).filter(doc_id__in=ids)
            found.update(rows.values_list("doc_id", "digest"))
        return found


@dataclass(frozen=True, slots=True)
class RaterReference:
    """The grades of another rater version."""

    version: RaterVersion
    name: str

    @property
    def max_grade(self) -> int:
        """G of its rubric."""
        return self.version.max_grade

    def grades(self, queries: QueryIds) -> dict[PairDigests, int]:
        """The grades of a batch of queries."""
        rows = Judgment.objects.filter(
            rater_version=self.version, query_digest__in=queries, repeat=0, state=Judgment.State.GRADED
        )
        keyed = rows.values_list("query_digest", "document_digest", "grade").iterator()
        return {(query, document): grade for query, document, grade in keyed if grade is not None}


def id_batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Pieces that fit into one statement."""
    return (items[start : start + ID_BATCH] for start in range(0, len(items), ID_BATCH))
