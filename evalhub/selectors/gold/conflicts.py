"""Where people, gold labels and equal texts contradict each other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from evalhub.models import QueryCollection, Snapshot
from evalhub.selectors.documents import snapshot_documents
from evalhub.selectors.gold.stated import Pair, Stated, by_pair, current_labels, live_grades
from evalhub.selectors.rater_versions import UnableToChooseCorpus, gold_snapshot

BATCH = 500
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
    said: Sequence[Stated]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        said = [{**asdict(one), "at": one.at.isoformat() if one.at else None} for one in self.said]
        return {**asdict(self), "said": said}


@dataclass(frozen=True, slots=True)
class ConflictReport:
    """All conflicts of a collection, by kind and pair.

    Attributes:
        without_texts: why equal texts were not looked for, "" where they were.
    """

    conflicts: Sequence[Conflict]
    without_texts: str = ""

    @property
    def counts(self) -> dict[Kind, int]:
        """By kind."""
        found = Counter(one.kind for one in self.conflicts)
        return {kind: found[kind] for kind in KINDS}

    def to_dict(self, first: int = 0, n: int | None = None) -> dict[str, Any]:
        """As JSON has it; of the conflicts those from `first`, at most `n`."""
        shown = self.conflicts[first : None if n is None else first + n]
        return {
            "n_conflicts": len(self.conflicts),
            "counts": self.counts,
            "without_texts": self.without_texts,
            "conflicts": [one.to_dict() for one in shown],
        }


def gold_conflicts(collection: QueryCollection, corpus: str | None = None) -> ConflictReport:
    """Look for people who differ, labels that nobody stands by, and equal texts with different labels.

    Args:
        collection: whose current gold labels.
        corpus: whose texts, by name; None is the one the collection is used with, if that is clear.
    """
    labels = {
        (query_id, doc_id): grade
        for query_id, doc_id, grade in current_labels(collection)
        .values_list("query_id", "doc_id", "grade")
        .iterator()
    }
    found = list(_of_people(by_pair(live_grades(collection)), labels))
    try:
        snapshot = gold_snapshot(collection, corpus)
    except UnableToChooseCorpus as error:
        if corpus is not None:
            raise
        return ConflictReport(_sorted(found), str(error))
    return ConflictReport(_sorted([*found, *_of_texts(collection, snapshot, labels)]))


def _sorted(conflicts: Sequence[Conflict]) -> list[Conflict]:
    kinds = list(KINDS)
    return sorted(conflicts, key=lambda one: (kinds.index(one.kind), one.query_id, one.doc_id))


def _of_people(stated: dict[Pair, list[Stated]], labels: dict[Pair, int]) -> Iterator[Conflict]:
    for pair, said in stated.items():
        grades = {one.grade for one in said}
        gold = labels.get(pair)
        if len(grades) > 1:
            yield Conflict("people", *pair, gold, said)
        elif gold is not None and gold not in grades:
            yield Conflict("gold", *pair, gold, said)


def _of_texts(collection: QueryCollection, snapshot: Snapshot, labels: dict[Pair, int]) -> Iterator[Conflict]:
    """One conflict for each text whose ids differ, at its first id."""
    by_text: dict[Texts, list[tuple[Pair, int]]] = {}
    queries = dict(collection.queries.filter(removed_in=None).values_list("query_id", "digest"))
    documents = _documents(snapshot, sorted({doc_id for _, doc_id in labels}))
    for pair, grade in labels.items():
        if pair[0] in queries and pair[1] in documents:
            by_text.setdefault((queries[pair[0]], documents[pair[1]]), []).append((pair, grade))
    for same in by_text.values():
        if len({grade for _, grade in same}) > 1:
            (first, gold), *others = same
            yield Conflict("text", *first, gold, [Stated(grade, _ids(pair), None) for pair, grade in others])


def _documents(snapshot: Snapshot, doc_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(doc_ids), BATCH):
        rows = snapshot_documents(snapshot).filter(doc_id__in=doc_ids[start : start + BATCH])
        found.update(rows.values_list("doc_id", "digest"))
    return found


def _ids(pair: Pair) -> str:
    return f"{pair[0]} {pair[1]}"
