"""Read the pairs that a rater and a reference (people's labels, or another rater) both graded."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

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

    @property
    def n_unrated(self) -> int:
        """Pairs for which the rater gave a reason instead of a grade."""
        return self.unrated_reasons.total()

    @property
    def n_never_asked(self) -> int:
        """Pairs the rater was never asked about."""
        return self.n_reference - len(self.keys) - self.n_unrated - self.n_pending

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
    version: RaterVersion, collection: QueryCollection, reference: Reference, trained: frozenset[str]
) -> Collected:
    """Read a rater's judgments on the current queries of a collection wherever the reference has a grade.

    A hundred queries at a time; replies and rationales are never read.

    Args:
        version: whose judgments.
        collection: whose queries.
        reference: what has grades.
        trained: digests of the query texts to leave out, as `trained_on` gives them.
    """
    collected = Collected()
    kept, left_out = _queries(collection, trained)
    for batch in _query_batches(left_out):
        collected.n_trained_pairs += len(reference.grades(batch))
    collected.n_trained_queries = len(left_out)
    for batch in _query_batches(kept):
        _read(version, batch, reference.grades(batch), collected)
    return collected


def _queries(collection: QueryCollection, trained: frozenset[str]) -> tuple[QueryIds, QueryIds]:
    """The current queries: those to measure on, those the rater learnt from."""
    kept: dict[str, list[str]] = defaultdict(list)
    left_out: dict[str, list[str]] = defaultdict(list)
    rows = collection_queries(collection, collection.version).values_list(
        "query_id", "digest", "text", "need"
    )
    for query_id, digest, text, need in rows.iterator():
        is_trained = bool(trained) and not trained.isdisjoint(digests_of_query(text, need))
        (left_out if is_trained else kept)[digest].append(query_id)
    return kept, left_out


def _read(
    version: RaterVersion, queries: QueryIds, grades: Mapping[PairDigests, int], collected: Collected
) -> None:
    collected.n_reference += len(grades)
    rows = Judgment.objects.filter(rater_version=version, query_digest__in=queries)
    ordered = rows.order_by("query_digest", "document_digest", "repeat").values(*_JUDGED, *_USED)
    for row in ordered.iterator():
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


def _query_batches(queries: QueryIds) -> Iterator[QueryIds]:
    rows = iter(queries.items())
    while batch := dict(islice(rows, QUERY_BATCH)):
        yield batch
