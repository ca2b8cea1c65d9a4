"""What each person said of a collection's pairs, and how well people agree with each other."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Max, Q, QuerySet

from evalhub.core.agreement.alpha import alpha
from evalhub.core.agreement.figure import estimate
from evalhub.core.agreement.humans import leave_one_out_ceiling, pairwise_ceiling
from evalhub.core.agreement.pairs import MISSING
from evalhub.core.types import IntArray
from evalhub.models import HumanGrade, QueryCollection, Snapshot
from evalhub.selectors.documents import snapshot_documents
from evalhub.selectors.rater_references import PairDigests, QueryIds, id_batches

MOST_PEOPLE = 30
CANNOT_JUDGE = "cannot_judge"

Json = dict[str, Any]
Pair = tuple[str, str]


def own_statements(collection: QueryCollection) -> QuerySet[HumanGrade]:
    """What people said by themselves and did not take back.

    Adjudications are left out: who adjudicates has seen what the others said.
    """
    rows = HumanGrade.objects.filter(collection=collection, withdrawn_at=None)
    return rows.exclude(screen=HumanGrade.Screen.ADJUDICATION)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Who said how much about a collection.

    Attributes:
        people: (name, number of grades), the busiest first.
        state: changes whenever anybody says something more or takes it back.
    """

    people: Sequence[tuple[str, int]]
    state: tuple[int, int, int]


def spoken_of(collection: QueryCollection) -> Spoken:
    """Everybody who graded pairs of the collection."""
    is_own = Q(withdrawn_at=None, grade__isnull=False) & ~Q(screen=HumanGrade.Screen.ADJUDICATION)
    rows = HumanGrade.objects.filter(collection=collection).values("reviewer_name")
    found = list(
        rows.annotate(
            n=Count("pk"),
            n_own=Count("pk", filter=is_own),
            newest=Max("pk"),
            n_withdrawn=Count("withdrawn_at"),
        ).order_by("-n_own", "reviewer_name")
    )
    people = [(row["reviewer_name"], row["n_own"]) for row in found if row["n_own"]]
    newest = max((row["newest"] for row in found), default=0)
    sums = [sum(row[name] for row in found) for name in ("n", "n_withdrawn")]
    return Spoken(people[:MOST_PEOPLE], (sums[0], newest, sums[1]))


def people_of(collection: QueryCollection) -> Sequence[tuple[str, int]]:
    """(name, number of grades) of everybody who graded pairs of the collection, the busiest first."""
    return spoken_of(collection).people


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a grader of texts: of equal texts under several ids the highest grade counts."""

    collection: QueryCollection
    snapshot: Snapshot
    name: str

    @property
    def max_grade(self) -> int:
        """G of the longest scale that the person was offered."""
        highest = self._said().aggregate(highest=Max("max_grade"))["highest"]
        return int(highest or 1)

    def grades(self, queries: QueryIds) -> dict[PairDigests, int]:
        """The grades of a batch of queries, by the digests of the texts."""
        return {key: grade for key, grade in self._by_text(queries).items() if grade is not None}

    def judged(self, queries: QueryIds) -> Iterator[Json]:
        """The same as rows of judgments; what the person could not judge is unrated."""
        highest = self.max_grade
        free = {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0, "latency_s": 0.0, "probabilities": None}
        for (query, document), grade in sorted(self._by_text(queries).items()):
            is_graded = grade is not None
            yield {
                **free,
                "query_digest": query,
                "document_digest": document,
                "repeat": 0,
                "state": "graded" if is_graded else "unrated",
                "reason": "" if is_graded else CANNOT_JUDGE,
                "grade": grade,
                "gain": None if grade is None else grade / highest,
            }

    def _said(self) -> QuerySet[HumanGrade]:
        return own_statements(self.collection).filter(reviewer_name=self.name)

    def _by_text(self, queries: QueryIds) -> dict[PairDigests, int | None]:
        digest_of = {query_id: digest for digest, ids in queries.items() for query_id in ids}
        said: dict[Pair, int | None] = {}
        for ids in id_batches(list(digest_of)):
            rows = self._said().filter(query_id__in=ids).order_by("pk")
            # Of two statements about a pair the later one counts.
            said |= {
                (query, doc): grade for query, doc, grade in rows.values_list("query_id", "doc_id", "grade")
            }
        texts = document_digests(self.snapshot, {doc_id for _, doc_id in said})
        found: dict[PairDigests, int | None] = {}
        for (query_id, doc_id), grade in said.items():
            if doc_id in texts:
                key = (digest_of[query_id], texts[doc_id])
                found[key] = _higher(found.get(key), grade)
        return found


def document_digests(snapshot: Snapshot, doc_ids: Collection[str]) -> dict[str, str]:
    """The texts of these ids in a snapshot; ids that are not in it are left out."""
    found: dict[str, str] = {}
    for ids in id_batches(sorted(doc_ids)):
        found.update(snapshot_documents(snapshot).filter(doc_id__in=ids).values_list("doc_id", "digest"))
    return found


def human_ceiling(collection: QueryCollection, query_ids: Collection[str], *, seed: int) -> Json | None:
    """How well people agree on the pairs that two or more of them graded; None where there are none.

    Only statements on the scale that most were made on. People are told apart by name, so columns of a file
    that are not the same person throughout make `alpha_ordinal` the safer figure.

    Args:
        collection: whose pairs, by their ids.
        query_ids: the queries to look at.
        seed: of the intervals.
    """
    said, max_grade = _statements(collection, frozenset(query_ids))
    shared = sorted(pair for pair, by_person in said.items() if len(by_person) > 1)
    if not shared:
        return None
    people = sorted({name for pair in shared for name in said[pair]})
    grades = _table(said, shared, people)
    queries = [query_id for query_id, _ in shared]
    figures = {
        "pairwise": pairwise_ceiling(queries, grades, max_grade),
        "against_others": leave_one_out_ceiling(queries, grades, max_grade),
        "alpha_ordinal": alpha(queries, grades, max_grade, "ordinal"),
    }
    estimates = {name: asdict(estimate(figure, seed=seed)) for name, figure in figures.items()}
    return {"n_people": len(people), "max_grade": max_grade, **estimates}


def _statements(
    collection: QueryCollection, query_ids: frozenset[str]
) -> tuple[Mapping[Pair, Mapping[str, int]], int]:
    rows = own_statements(collection).exclude(grade=None).order_by("pk")
    found = [
        row
        for row in rows.values_list("query_id", "doc_id", "reviewer_name", "grade", "max_grade").iterator()
        if row[0] in query_ids
    ]
    scales = Counter(row[4] for row in found)
    max_grade = max(scales, key=lambda scale: (scales[scale], scale), default=1)
    said: dict[Pair, dict[str, int]] = defaultdict(dict)
    for query_id, doc_id, name, grade, scale in found:
        if scale == max_grade and grade is not None:
            said[query_id, doc_id][name] = grade
    return said, max_grade


def _table(
    said: Mapping[Pair, Mapping[str, int]], pairs: Collection[Pair], people: Collection[str]
) -> IntArray:
    """int64 (n_people, n_pairs), MISSING where a person gave none."""
    rows = [[said[pair].get(name, MISSING) for pair in pairs] for name in people]
    return np.array(rows, dtype=np.int64)


def _higher(one: int | None, other: int | None) -> int | None:
    return max((grade for grade in (one, other) if grade is not None), default=None)
