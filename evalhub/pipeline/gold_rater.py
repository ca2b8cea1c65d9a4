"""The rater of kind gold: people's labels, looked up by id instead of asked for by text."""

from collections.abc import Iterator, Sequence

from evalhub.models import GoldLabel, Job, QueryCollection, RaterVersion, Snapshot, WorkUnit
from evalhub.selectors.documents import alive_in, collection_queries, snapshot_documents
from raters.protocol import Outcome, Rated, Reason, Unrated, Usage

BATCH = 500

PairDigests = tuple[str, str]


def gold_outcomes(
    version: RaterVersion, unit: WorkUnit, wanted: Sequence[PairDigests]
) -> Iterator[tuple[int, Outcome]]:
    """(index into wanted, outcome) of each pair; equal texts under several ids take the highest label.

    What a pair gets depends on the version and the texts alone, not on which of the ids were retrieved.
    """
    grades = _grades(unit.job, wanted)
    for index, digests in enumerate(wanted):
        yield index, _outcome(grades.get(digests), version.max_grade)


def _outcome(grade: int | None, max_grade: int) -> Outcome:
    if grade is None:
        return Unrated(Reason.NO_LABEL, "nobody labelled this pair", "", Usage())
    return Rated(grade, max(grade, 0) / max_grade, None, "", "", Usage())


def _grades(job: Job, wanted: Sequence[PairDigests]) -> dict[PairDigests, int]:
    """The labels of these texts, under whatever ids they have in the campaign's queries and documents."""
    params = job.params
    collection = QueryCollection.objects.get(pk=params["collection"])
    queries = collection_queries(collection, params["collection_version"])
    digest_of = dict(
        queries.filter(digest__in={query for query, _ in wanted}).values_list("query_id", "digest")
    )
    rows = GoldLabel.objects.filter(
        alive_in(params["gold_version"]), collection=collection, query_id__in=digest_of
    )
    labels = list(rows.values_list("query_id", "doc_id", "grade"))
    documents = _document_digests(Snapshot.objects.get(pk=params["snapshot"]), {doc for _, doc, _ in labels})
    grades: dict[PairDigests, int] = {}
    for query_id, doc_id, grade in labels:
        if doc_id in documents:
            key = (digest_of[query_id], documents[doc_id])
            grades[key] = max(grade, grades.get(key, grade))
    return grades


def _document_digests(snapshot: Snapshot, doc_ids: set[str]) -> dict[str, str]:
    digests: dict[str, str] = {}
    ordered = sorted(doc_ids)
    for start in range(0, len(ordered), BATCH):
        rows = snapshot_documents(snapshot).filter(doc_id__in=ordered[start : start + BATCH])
        digests.update(rows.values_list("doc_id", "digest"))
    return digests
