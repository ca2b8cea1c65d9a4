"""Read the pooled pairs of a batch of queries with what graders and people said of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from evalhub.core.disagreement import entropy_share
from evalhub.core.weights import position_weights
from evalhub.models import GoldLabel, Hit, Judgment, Query, ReviewQueue
from evalhub.selectors.documents import alive_in, collection_queries
from evalhub.selectors.review.graders import review_graders

Pair = tuple[int, int]
"""Key of the query, key of the document."""


@dataclass(frozen=True, slots=True)
class Said:
    """A grade by a rater version, None being the gold labels of the campaign."""

    version_id: int | None
    grade: int
    gain: float
    uncertainty: float | None = None


@dataclass(slots=True)
class PooledPair:
    """A pair that some system has within the cutoff.

    Attributes:
        ranks: by system.
        label: its gold label of now, if any: what somebody settled already.
    """

    query: Query
    document_id: int
    doc_id: str
    digest: str
    ranks: dict[int, int] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    label: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewInputs:
    """What a review job works on.

    Attributes:
        systems: the system of each run.
        parts: of the score, by position: weight over the sum of weights over the number of queries.
    """

    queue: ReviewQueue
    systems: Mapping[int, int]
    versions: Sequence[int]
    parts: Sequence[float]

    @classmethod
    def load(cls, queue: ReviewQueue) -> "ReviewInputs":
        """Read what all batches need."""
        campaign = queue.campaign
        weights = position_weights(campaign.weights, campaign.cutoff)
        n_queries = collection_queries(campaign.collection, campaign.collection_version).count()
        return cls(
            queue,
            dict(campaign.campaign_systems.values_list("run_id", "system_id")),
            [grader.version.pk for grader in review_graders(campaign)],
            (weights / weights.sum() / n_queries).tolist(),
        )


def pooled_pairs(inputs: ReviewInputs, queries: Sequence[Query]) -> list[PooledPair]:
    """The pairs of some queries by keys of query and document, with all that is known of them."""
    pairs = _placed(inputs, queries)
    _add_judgments(inputs, queries, pairs)
    _add_labels(inputs, queries, pairs)
    return [pairs[key] for key in sorted(pairs)]


def _placed(inputs: ReviewInputs, queries: Sequence[Query]) -> dict[Pair, PooledPair]:
    query_of = {query.pk: query for query in queries}
    hits = Hit.objects.filter(run__in=inputs.systems, query__in=query_of, rank__lte=len(inputs.parts))
    rows = hits.values_list(
        "run_id", "query_id", "rank", "document_id", "document__doc_id", "document__digest"
    )
    pairs: dict[Pair, PooledPair] = {}
    for run_id, query_id, rank, document_id, doc_id, digest in rows.iterator():
        pair = pairs.setdefault(
            (query_id, document_id), PooledPair(query_of[query_id], document_id, doc_id, digest)
        )
        pair.ranks[inputs.systems[run_id]] = rank
    return pairs


def _add_judgments(inputs: ReviewInputs, queries: Sequence[Query], pairs: Mapping[Pair, PooledPair]) -> None:
    of_texts: dict[tuple[str, str], list[PooledPair]] = defaultdict(list)
    for pair in pairs.values():
        of_texts[pair.query.digest, pair.digest].append(pair)
    rows = Judgment.objects.filter(
        rater_version__in=inputs.versions,
        query_digest__in={query.digest for query in queries},
        state=Judgment.State.GRADED,
        repeat=0,
    ).values_list("query_digest", "document_digest", "rater_version", "grade", "gain", "probabilities")
    for asked, document, version_id, grade, gain, probabilities in rows.iterator():
        # A graded row has both, says its table.
        if (asked, document) in of_texts and grade is not None and gain is not None:
            said = Said(version_id, grade, gain, entropy_share(probabilities or []))
            for pair in of_texts[asked, document]:
                pair.said.append(said)


def _add_labels(inputs: ReviewInputs, queries: Sequence[Query], pairs: Mapping[Pair, PooledPair]) -> None:
    campaign, max_grade = inputs.queue.campaign, inputs.queue.max_grade
    rows = GoldLabel.objects.filter(
        alive_in(campaign.gold_version) | Q(removed_in=None),
        collection=campaign.collection_id,
        query_id__in=[query.query_id for query in queries],
    )
    then: dict[tuple[str, str], int] = {}
    now: dict[tuple[str, str], int] = {}
    for query_id, doc_id, grade, added_in, removed_in in rows.values_list(
        "query_id", "doc_id", "grade", "added_in", "removed_in"
    ):
        if added_in <= campaign.gold_version:
            then[query_id, doc_id] = grade
        if removed_in is None:
            now[query_id, doc_id] = grade
    for pair in pairs.values():
        ids = (pair.query.query_id, pair.doc_id)
        pair.label = now.get(ids)
        if ids in then:
            pair.said.append(Said(None, then[ids], min(1.0, max(then[ids], 0) / max_grade)))
