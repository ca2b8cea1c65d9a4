"""Where people, gold labels and equal texts contradict each other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from django.db.models import Max, Min, OuterRef, Subquery

from evalhub.models import Query, QueryCollection, ReviewItem, Snapshot
from evalhub.selectors.documents import snapshot_documents
from evalhub.selectors.gold.stated import Pair, Stated, by_pair, current_labels, live_grades
from evalhub.selectors.rater_versions import UnableToChooseCorpus, gold_snapshot

FEW = 400  # twice as many are below the number of variables a database takes in a statement
Kind = Literal["people", "gold", "text"]
KINDS: dict[Kind, str] = {
    "people": "people differ",
    "gold": "the gold label is not what was said",
    "text": "equal texts have different gold labels",
}
Texts = tuple[str, str]
"""Digests of query and document."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A pair on which something does not fit.

    Attributes:
        gold: its label now, None where it has none.
        said: what people stand by; of a text conflict the labels of the other ids, `by` naming them.
    """

    kind: Kind
    query_id: str
    doc_id: str
    gold: int | None
    said: Sequence[Stated] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        said = [{**asdict(one), "at": one.at.isoformat() if one.at else None} for one in self.said]
        return {**asdict(self), "said": said}


@dataclass(frozen=True, slots=True)
class ConflictReport:
    """All conflicts of a collection, by kind and pair.

    Attributes:
        found: without what people said, which is read for those that are shown.
        without_texts: why equal texts were not looked for, "" where they were.
    """

    collection: QueryCollection
    found: Sequence[Conflict]
    without_texts: str = ""

    @property
    def counts(self) -> dict[Kind, int]:
        """By kind."""
        found = Counter(one.kind for one in self.found)
        return {kind: found[kind] for kind in KINDS}

    def conflicts(self, first: int = 0, n: int | None = None) -> list[Conflict]:
        """Those from `first`, at most `n`, with what people said."""
        shown = self.found[first : None if n is None else first + n]
        return _with_said(self.collection, shown)

    def to_dict(self, first: int = 0, n: int | None = None) -> dict[str, Any]:
        """As JSON has it; of the conflicts those from `first`, at most `n`."""
        return {
            "n_conflicts": len(self.found),
            "counts": self.counts,
            "without_texts": self.without_texts,
            "conflicts": [one.to_dict() for one in self.conflicts(first, n)],
        }


def gold_conflicts(collection: QueryCollection, corpus: str | None = None) -> ConflictReport:
    """Look for people who differ, labels that nobody stands by, and equal texts with different labels.

    Args:
        collection: whose current gold labels.
        corpus: whose texts, by name; None is the one the collection is used with, if that is clear.
    """
    labels, digests = _labels(collection)
    found = list(_of_people(collection, labels))
    try:
        snapshot = gold_snapshot(collection, corpus)
    except UnableToChooseCorpus as error:
        if corpus is not None:
            raise
        return ConflictReport(collection, _sorted(found), str(error))
    return ConflictReport(collection, _sorted([*found, *_of_texts(collection, snapshot, labels, digests)]))


def _sorted(conflicts: Sequence[Conflict]) -> list[Conflict]:
    kinds = list(KINDS)
    return sorted(conflicts, key=lambda one: (kinds.index(one.kind), one.query_id, one.doc_id))


def _of_people(collection: QueryCollection, labels: dict[Pair, int]) -> Iterator[Conflict]:
    """Found by the ends of what was said of each pair."""
    ends = live_grades(collection).order_by().values_list("query_id", "doc_id")
    for query_id, doc_id, low, high in ends.annotate(low=Min("grade"), high=Max("grade")).iterator():
        gold = labels.get((query_id, doc_id))
        if low != high:
            yield Conflict("people", query_id, doc_id, gold)
        elif gold is not None and gold != low:
            yield Conflict("gold", query_id, doc_id, gold)


def _with_said(collection: QueryCollection, conflicts: Sequence[Conflict]) -> list[Conflict]:
    by_people = [one for one in conflicts if one.kind != "text"]
    stated = live_grades(collection)
    if len(by_people) <= FEW:
        stated = stated.filter(query_id__in={one.query_id for one in by_people})
        stated = stated.filter(doc_id__in={one.doc_id for one in by_people})
    said = by_pair(stated) if by_people else {}
    return [
        one if one.kind == "text" else replace(one, said=said.get((one.query_id, one.doc_id), []))
        for one in conflicts
    ]


def _labels(collection: QueryCollection) -> tuple[dict[Pair, int], dict[str, str]]:
    """The current labels, and the digests of their queries' texts."""
    texts = Query.objects.filter(collection=collection, query_id=OuterRef("query_id"), removed_in=None)
    rows = current_labels(collection).annotate(digest=Subquery(texts.values("digest")))
    labels, digests = {}, {}
    for query_id, doc_id, grade, digest in rows.values_list(
        "query_id", "doc_id", "grade", "digest"
    ).iterator():
        labels[query_id, doc_id] = grade
        digests[query_id] = digest
    return labels, digests


def _of_texts(
    collection: QueryCollection, snapshot: Snapshot, labels: dict[Pair, int], digests: dict[str, str]
) -> Iterator[Conflict]:
    """One conflict for each text whose ids differ, at its first id."""
    by_text: dict[Texts, list[tuple[Pair, int]]] = {}
    labelled = snapshot_documents(snapshot).filter(doc_id__in=current_labels(collection).values("doc_id"))
    documents = dict(labelled.values_list("doc_id", "digest"))
    for pair, grade in labels.items():
        if pair[1] in documents:
            text = digests[pair[0]] or pair[0], documents[pair[1]]
            by_text.setdefault(text, []).append((pair, grade))
    for same in by_text.values():
        if len({grade for _, grade in same}) > 1:
            (first, gold), *others = same
            yield Conflict("text", *first, gold, [Stated(grade, _ids(pair), None) for pair, grade in others])


def asked_in(collection: QueryCollection, conflicts: Sequence[Conflict]) -> dict[Pair, ReviewItem]:
    """The pair in the newest review that asks people for it, where one does."""
    items = ReviewItem.objects.filter(
        queue__campaign__collection=collection,
        query__query_id__in={one.query_id for one in conflicts},
        document__doc_id__in={one.doc_id for one in conflicts},
    ).select_related("queue", "query", "document")
    return {(one.query.query_id, one.document.doc_id): one for one in items.order_by("queue_id", "pk")}


def _ids(pair: Pair) -> str:
    return f"{pair[0]} {pair[1]}"
