"""The rater of kind gold: people's labels, looked up by id instead of asked for by text."""

from collections.abc import Iterator, Sequence

from evalhub.models import Document, GoldLabel, Job, Query, RaterVersion, WorkUnit
from evalhub.selectors.documents import alive_in
from raters.protocol import Outcome, Rated, Reason, Unrated, Usage

PairDigests = tuple[str, str]


def gold_outcomes(
    version: RaterVersion, unit: WorkUnit, wanted: Sequence[PairDigests]
) -> Iterator[tuple[int, Outcome]]:
    """(index into wanted, outcome) of each pair; equal texts under several ids take the highest label."""
    grades = _grades(unit)
    for index, digests in enumerate(wanted):
        yield index, _outcome(grades.get(digests), version.max_grade)


def _outcome(grade: int | None, max_grade: int) -> Outcome:
    if grade is None:
        return Unrated(Reason.NO_LABEL, "nobody labelled this pair", "", Usage())
    return Rated(grade, max(grade, 0) / max_grade, None, "", "", Usage())


def _grades(unit: WorkUnit) -> dict[PairDigests, int]:
    pairs = unit.payload["pairs"]
    queries = Query.objects.in_bulk({query for query, _ in pairs})
    documents = Document.objects.only("doc_id", "digest").in_bulk({document for _, document in pairs})
    labels = _labels(unit.job, {query.query_id for query in queries.values()})
    grades: dict[PairDigests, int] = {}
    for q, d in pairs:
        grade = labels.get((queries[q].query_id, documents[d].doc_id))
        if grade is not None:
            key = (queries[q].digest, documents[d].digest)
            grades[key] = max(grade, grades.get(key, grade))
    return grades


def _labels(job: Job, query_ids: set[str]) -> dict[tuple[str, str], int]:
    rows = GoldLabel.objects.filter(
        alive_in(job.params["gold_version"]),
        collection_id=job.params["collection"],
        query_id__in=query_ids,
    )
    return {(query, doc): grade for query, doc, grade in rows.values_list("query_id", "doc_id", "grade")}
