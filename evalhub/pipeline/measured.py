"""Apply the measures of `evalhub.core` to the hits and grades of a score job."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evalhub.core.gold import gold_values
from evalhub.core.pwas import ListScore, score_list
from evalhub.core.summary import Summary, summarise_lists, summarise_values
from evalhub.core.weights import position_weights
from evalhub.models import Hit, Job, Judgment, Query, QueryCollection, Run
from evalhub.selectors.documents import collection_queries, gold_of

QUERY_BATCH = 200

PairDigests = tuple[str, str]
# Per query key, in rank order: (doc_id, document digest).
RankedLists = dict[int, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of a system: its summary, and the value of each query key.

    Attributes:
        gains: by a rater, of each query's list in rank order; None for an unrated pair.
    """

    system_id: int
    rater_version_id: int | None
    measure: str
    summary: Summary
    values: dict[int, float | None]
    lists: dict[int, ListScore] = field(default_factory=dict)
    gains: dict[int, list[float | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoreInputs:
    """What a score job works on, read once."""

    cutoff: int
    depth: int
    weights: str
    queries: dict[int, Query]
    runs: dict[int, RankedLists]
    gold: dict[str, dict[str, int]]

    @classmethod
    def load(cls, job: Job) -> "ScoreInputs":
        """Read the runs, queries and gold labels of a score job."""
        params = job.params
        collection = QueryCollection.objects.get(pk=params["collection"])
        queries = collection_queries(collection, params["collection_version"])
        return cls(
            cutoff=params["cutoff"],
            depth=params["depth"],
            weights=params["weights"],
            queries={query.pk: query for query in queries},
            runs={_system_id(run_id): _ranked_lists(run_id) for run_id in params["runs"]},
            gold=gold_of(collection, params["gold_version"]),
        )


def measure_rater(inputs: ScoreInputs, version_id: int, *, seed: int) -> Iterator[Measured]:
    """PWAS of every system by one rater."""
    gains = _gains(version_id, [query.digest for query in inputs.queries.values()])
    weights = position_weights(inputs.weights, inputs.cutoff)
    for system_id, ranked in inputs.runs.items():
        mine = {
            key: [gains.get((query.digest, digest)) for _, digest in ranked.get(key, [])[: inputs.cutoff]]
            for key, query in inputs.queries.items()
        }
        lists = {key: score_list(listed, weights) for key, listed in mine.items()}
        values = {key: listed.value for key, listed in lists.items()}
        summary = summarise_lists(list(lists.values()), seed=seed)
        yield Measured(system_id, version_id, f"PWAS@{inputs.cutoff}", summary, values, lists, mine)


def measure_gold(inputs: ScoreInputs, *, seed: int) -> Iterator[Measured]:
    """Measures on gold labels of every system; none where there are no labels."""
    if not inputs.gold:
        return
    k, depth = inputs.cutoff, inputs.depth
    names = [f"nDCG@{k}", f"RR@{k}", f"AP@{depth}", f"recall@{depth}", f"judged@{k}"]
    key_of = {query.query_id: key for key, query in inputs.queries.items()}
    gold = {query_id: grades for query_id, grades in inputs.gold.items() if query_id in key_of}
    for system_id, ranked in inputs.runs.items():
        ranking = {query.query_id: _doc_ids(ranked, key) for key, query in inputs.queries.items()}
        for name, by_query in gold_values(names, gold, ranking).items():
            values: dict[int, float | None] = {
                key_of[query_id]: value for query_id, value in by_query.items()
            }
            summary = summarise_values(list(values.values()), seed=seed)
            yield Measured(system_id, None, name, summary, values)


def _doc_ids(ranked: RankedLists, key: int) -> list[str]:
    return [doc_id for doc_id, _ in ranked.get(key, [])]


def _system_id(run_id: int) -> int:
    return Run.objects.values_list("system_id", flat=True).get(pk=run_id)


def _ranked_lists(run_id: int) -> RankedLists:
    rows = Hit.objects.filter(run_id=run_id).order_by("query_id", "rank")
    lists: RankedLists = defaultdict(list)
    for key, doc_id, digest in rows.values_list(
        "query_id", "document__doc_id", "document__digest"
    ).iterator():
        lists[key].append((doc_id, digest))
    return lists


def _gains(version_id: int, query_digests: list[str]) -> Mapping[PairDigests, float]:
    """Gains of every graded pair of these queries; what is not in it is unrated."""
    gains: dict[PairDigests, float] = {}
    for start in range(0, len(query_digests), QUERY_BATCH):
        rows = Judgment.objects.filter(
            rater_version_id=version_id,
            query_digest__in=query_digests[start : start + QUERY_BATCH],
            state=Judgment.State.GRADED,
            repeat=0,
        )
        for query, document, gain in rows.values_list("query_digest", "document_digest", "gain"):
            if gain is not None:
                gains[query, document] = gain
    return gains
