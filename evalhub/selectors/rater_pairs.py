"""Read the pairs that a rater and a reference (people's labels, or another rater) both graded."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

import numpy as np

from evalhub.core.agreement.pairs import MISSING, GradedPairs
from evalhub.core.trained_on import digests_of_query
from evalhub.core.types import FloatArray, IntArray
from evalhub.models import Judgment, QueryCollection, RaterVersion
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.rater_references import PairDigests, QueryIds, Reference

QUERY_BATCH = 100

_JUDGED = ("query_digest", "document_digest", "repeat", "state", "reason", "grade", "gain", "probabilities")
_USED = ("input_tokens", "output_tokens", "cost_usd", "latency_s")


class Judged(Protocol):
    """Who is held against a reference."""

    @property
    def max_grade(self) -> int:
        """G of the scale 0..G."""
        ...

    def judged(self, queries: QueryIds) -> Iterable[Mapping[str, Any]]:
        """Rows with the fields of judgments, ordered by query, document and repeat."""
        ...


@dataclass(frozen=True, slots=True)
class JudgedByRater:
    """A rater version's stored judgments; replies and rationales are never read."""

    version: RaterVersion

    @property
    def max_grade(self) -> int:
        """G of its rubric."""
        return self.version.max_grade

    def judged(self, queries: QueryIds) -> Iterator[Mapping[str, Any]]:
        """The judgments of a batch of queries."""
        rows = Judgment.objects.filter(rater_version=self.version, query_digest__in=queries)
        ordered = rows.order_by("query_digest", "document_digest", "repeat")
        yield from ordered.values(*_JUDGED, *_USED).iterator()


@dataclass(slots=True)
class Collected:
    """What was read; position i of every list is the same pair. `n_` counts pairs the reference graded."""

    keys: list[PairDigests] = field(default_factory=list)
    rater: list[int] = field(default_factory=list)
    reference: list[int] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    probabilities: list[list[float] | None] = field(default_factory=list)
    repeats: dict[PairDigests, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    n_reference: int = 0
    n_pending: int = 0
    unrated_reasons: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    n_trained_queries: int = 0
    n_trained_pairs: int = 0
    query_ids: QueryIds = field(default_factory=dict)
    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def n_unrated(self) -> int:
        """Pairs for which the rater gave a reason instead of a grade."""
        return self.unrated_reasons.total()

    @property
    def n_never_asked(self) -> int:
        """Pairs the rater was never asked about."""
        return self.n_reference - len(self.keys) - self.n_unrated - self.n_pending

    def with_constant(self, grade: int, gain: float) -> "Collected":
        """The same pairs as by a rater that always says one thing."""
        n_pairs = len(self.keys)
        return replace(
            self, rater=[grade] * n_pairs, gains=[gain] * n_pairs, probabilities=[None] * n_pairs, repeats={}
        )

    def graded(self, rater_max: int, reference_max: int, places: Sequence[int] | None = None) -> GradedPairs:
        """The pairs for the figures of `evalhub.core.agreement`, all or those at `places`."""
        chosen = range(len(self.keys)) if places is None else places
        return GradedPairs(
            [self.keys[place][0] for place in chosen],
            np.array([self.rater[place] for place in chosen], dtype=np.int64),
            np.array([self.reference[place] for place in chosen], dtype=np.int64),
            rater_max,
            reference_max,
        )

    def gains_at(self, places: Sequence[int] | None = None) -> FloatArray:
        """The rater's gains of all pairs, or of those at `places`."""
        chosen = self.gains if places is None else [self.gains[place] for place in places]
        return np.array(chosen, dtype=np.float64)

    def repeated(self) -> tuple[list[str], IntArray]:
        """Query digests and grades (n_repeats, n_pairs) of the pairs that were graded more than once."""
        rows = {key: grades for key, grades in self.repeats.items() if len(grades) > 1}
        n_repeats = 1 + max((max(grades) for grades in rows.values()), default=0)
        table = np.full((n_repeats, len(rows)), MISSING, dtype=np.int64)
        for column, grades in enumerate(rows.values()):
            table[list(grades), column] = list(grades.values())
        return [query for query, _ in rows], table


def collect(
    who: RaterVersion | Judged, collection: QueryCollection, reference: Reference, trained: frozenset[str]
) -> Collected:
    """Read what somebody said on the current queries of a collection wherever the reference has a grade.

    A hundred queries at a time.

    Args:
        who: a rater version, or anybody else who judged.
        collection: whose queries.
        reference: what has grades.
        trained: digests of the query texts to leave out, as `trained_on` gives them.
    """
    judged = JudgedByRater(who) if isinstance(who, RaterVersion) else who
    queries = current_queries(collection, trained)
    collected = Collected(query_ids=queries.kept, tags=queries.tags)
    for batch in query_batches(queries.left_out):
        collected.n_trained_pairs += len(reference.grades(batch))
    collected.n_trained_queries = len(queries.left_out)
    for batch in query_batches(queries.kept):
        _read(judged, batch, reference.grades(batch), collected)
    return collected


@dataclass(frozen=True, slots=True)
class CurrentQueries:
    """The current queries: those to measure on, those a rater learnt from; the tags of all by digest."""

    kept: QueryIds
    left_out: QueryIds
    tags: Mapping[str, frozenset[str]]


def current_queries(collection: QueryCollection, trained: frozenset[str]) -> CurrentQueries:
    """The current queries of a collection, apart by whether they taught a rater."""
    kept: dict[str, list[str]] = defaultdict(list)
    left_out: dict[str, list[str]] = defaultdict(list)
    tags: dict[str, frozenset[str]] = defaultdict(frozenset)
    rows = collection_queries(collection, collection.version).values_list(
        "query_id", "digest", "text", "need", "tags"
    )
    for query_id, digest, text, need, tagged in rows.iterator():
        is_trained = bool(trained) and not trained.isdisjoint(digests_of_query(text, need))
        (left_out if is_trained else kept)[digest].append(query_id)
        tags[digest] |= {str(tag) for tag in tagged}
    return CurrentQueries(kept, left_out, tags)


def _read(judged: Judged, queries: QueryIds, grades: Mapping[PairDigests, int], collected: Collected) -> None:
    collected.n_reference += len(grades)
    for row in judged.judged(queries):
        key = (row["query_digest"], row["document_digest"])
        if key not in grades:
            continue
        if row["grade"] is not None:
            collected.repeats[key][row["repeat"]] = row["grade"]
        if row["repeat"] == 0:
            _add(row, key, grades[key], collected)


def _add(row: Mapping[str, Any], key: PairDigests, reference: int, collected: Collected) -> None:
    for name in _USED:
        collected.used[name] += row[name]
    if row["state"] == Judgment.State.PENDING:
        collected.n_pending += 1
    elif row["state"] == Judgment.State.UNRATED:
        collected.unrated_reasons[row["reason"]] += 1
    else:
        collected.keys.append(key)
        collected.rater.append(row["grade"])
        collected.reference.append(reference)
        collected.gains.append(row["gain"])
        collected.probabilities.append(row["probabilities"])


def query_batches(queries: QueryIds) -> Iterator[QueryIds]:
    """A hundred queries at a time."""
    rows = iter(queries.items())
    while batch := dict(islice(rows, QUERY_BATCH)):
        yield batch
