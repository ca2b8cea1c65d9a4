"""Examples for a prompt out of gold labels: only of queries on which no rater is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Max

from evalhub.core.digest import text_digest
from evalhub.core.errors import UserError
from evalhub.core.split import part_of
from evalhub.models import Document, GoldLabel, Query, QueryCollection, Snapshot
from evalhub.selectors.documents import alive_in, collection_queries, snapshot_documents

BATCH = 100


class UnableToFindExamples(UserError):
    """The gold labels do not make a balanced set; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair with people's grade; `place` orders pairs at random, but always in the same way."""

    place: str
    query: Query
    document: Document
    grade: int


@dataclass(frozen=True, slots=True)
class ExamplesAsked:
    """Which examples a prompt is to have.

    Attributes:
        collection: whose current queries and gold labels.
        snapshot: whose texts.
        per_grade: of each grade of the prompt.
        seed: of the split, whose training queries alone are used, and of the choice among them.
        grade_names: of the prompt's grades, by value.
    """

    collection: QueryCollection
    snapshot: Snapshot
    per_grade: int
    seed: int
    grade_names: Sequence[str]


def gold_examples(asked: ExamplesAsked) -> list[LabelledPair]:
    """As many pairs of each grade, each of another query where there are enough, in random order.

    A label that is added later changes the choice only if it comes before one that was chosen.

    Raises:
        UnableToFindExamples: a grade has too few labels, or the labels are of a longer scale.
    """
    _check_scale(asked)
    train = {
        query.query_id: query
        for query in collection_queries(asked.collection, asked.collection.version).iterator()
        if part_of(query.text, seed=asked.seed) == "train"
    }
    by_grade = _places(asked, train)
    chosen: list[LabelledPair] = []
    for grade in range(len(asked.grade_names)):
        chosen += _chosen(asked, grade, by_grade[grade], train, {pair.query.digest for pair in chosen})
    return sorted(chosen, key=lambda pair: pair.place)


def _check_scale(asked: ExamplesAsked) -> None:
    labels = GoldLabel.objects.filter(alive_in(asked.collection.gold_version), collection=asked.collection)
    highest, offered = labels.aggregate(grade=Max("grade"))["grade"], len(asked.grade_names) - 1
    if highest is None:
        raise UnableToFindExamples(f'"{asked.collection.name}" has no gold labels; import some')
    if highest > offered:
        raise UnableToFindExamples(
            f'the gold labels of "{asked.collection.name}" go up to {highest}, the grades of the prompt to '
            f"{offered}; take a prompt with the grades 0..{highest}"
        )


def _places(asked: ExamplesAsked, train: dict[str, Query]) -> list[list[tuple[str, str, str]]]:
    """By grade, (place, query_id, doc_id) of every label of a training query, in order."""
    by_grade: list[list[tuple[str, str, str]]] = [[] for _ in asked.grade_names]
    labels = GoldLabel.objects.filter(alive_in(asked.collection.gold_version), collection=asked.collection)
    for query_id, doc_id, grade in labels.values_list("query_id", "doc_id", "grade").iterator():
        if query_id in train:
            place = text_digest(str(asked.seed), train[query_id].digest, doc_id)
            by_grade[max(grade, 0)].append((place, query_id, doc_id))
    return [sorted(places) for places in by_grade]


def _chosen(
    asked: ExamplesAsked,
    grade: int,
    places: list[tuple[str, str, str]],
    train: dict[str, Query],
    used: set[str],
) -> list[LabelledPair]:
    """The first pairs of a grade: of queries that no example is of yet, then of any."""
    found: dict[str, LabelledPair] = {}
    for is_fresh in (True, False):
        for place, query_id, document in _with_text(asked.snapshot, places):
            if len(found) == asked.per_grade:
                return list(found.values())
            query = train[query_id]
            if place not in found and not (is_fresh and query.digest in used):
                found[place] = LabelledPair(place, query, document, grade)
                used.add(query.digest)
    if len(found) == asked.per_grade:
        return list(found.values())
    raise UnableToFindExamples(
        f"{len(found)} of {asked.per_grade} labels of grade {grade} ({asked.grade_names[grade]}) are there "
        f'among the training queries of "{asked.collection.name}" (seed {asked.seed}) with a text in '
        f'"{asked.snapshot.corpus}"; label some, take another seed, or a prompt with the grades there are'
    )


def _with_text(snapshot: Snapshot, places: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, Document]]:
    """(place, query_id, document) of those whose document is there and not empty, read when asked for."""
    for start in range(0, len(places), BATCH):
        batch = places[start : start + BATCH]
        rows = snapshot_documents(snapshot).filter(doc_id__in={doc_id for _, _, doc_id in batch})
        documents = {row.doc_id: row for row in rows.defer("metadata")}
        for place, query_id, doc_id in batch:
            document = documents.get(doc_id)
            if document is not None and (document.title.strip() or document.text.strip()):
                yield place, query_id, document
