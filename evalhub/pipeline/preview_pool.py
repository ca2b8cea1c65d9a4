"""The pool of a past campaign, as one of its raters graded it."""

from collections import defaultdict
from dataclasses import dataclass

from evalhub.core.types import FloatArray
from evalhub.core.weights import position_weights
from evalhub.models import Campaign, CampaignSystem, Hit, Judgment, RaterVersion
from evalhub.selectors.documents import collection_queries

BATCH = 200

PairKeys = tuple[int, int]
PairDigests = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pool:
    """The pairs within the cutoff, and where each system has them.

    Attributes:
        queries: keys of all queries of the campaign.
        digests: of each pair, in the order of (query key, document key).
        ranks: of each pair, from 1, by system key.
        weights: by rank, as shares of their sum.
        graded: grade and gain by the old version; a pair that is not in it is unrated.
    """

    queries: list[int]
    digests: dict[PairKeys, PairDigests]
    ranks: dict[PairKeys, dict[int, int]]
    weights: FloatArray
    graded: dict[PairDigests, tuple[int, float]]
    systems: list[int]

    def grade_of(self, pair: PairKeys) -> int | None:
        """By the old version; None: unrated."""
        found = self.graded.get(self.digests[pair])
        return found[0] if found else None

    def gain_of(self, pair: PairKeys) -> float | None:
        """By the old version; None: unrated."""
        found = self.graded.get(self.digests[pair])
        return found[1] if found else None

    def weight(self, pair: PairKeys, system: int) -> float:
        """Of its rank, 0 where the system does not have it."""
        rank = self.ranks[pair].get(system)
        return float(self.weights[rank - 1]) if rank else 0.0

    def swing(self, pair: PairKeys) -> float:
        """The most that a step of its gain from 0 to 1 moves a difference on its query."""
        weights = [self.weight(pair, system) for system in self.systems]
        return max(weights) - (min(weights) if len(weights) > 1 else 0.0)


def load_pool(campaign: Campaign, version: RaterVersion) -> Pool:
    """Read the pool of a campaign and what `version` said of it."""
    systems = dict(CampaignSystem.objects.filter(campaign=campaign).values_list("run", "system"))
    queries = collection_queries(campaign.collection, campaign.collection_version).order_by("pk")
    weights = position_weights(campaign.weights, campaign.cutoff)
    ranks: dict[PairKeys, dict[int, int]] = defaultdict(dict)
    digests: dict[PairKeys, PairDigests] = {}
    hits = Hit.objects.filter(run__in=systems, rank__lte=campaign.cutoff).order_by("query_id", "document_id")
    rows = hits.values_list("query_id", "document_id", "run_id", "rank", "query__digest", "document__digest")
    for query, document, run, rank, query_digest, document_digest in rows.iterator():
        ranks[query, document][systems[run]] = rank
        digests[query, document] = (query_digest, document_digest)
    return Pool(
        queries=list(queries.values_list("pk", flat=True)),
        digests=digests,
        ranks=dict(ranks),
        weights=weights / weights.sum(),
        graded=graded(version, {query for query, _ in digests.values()}),
        systems=list(systems.values()),
    )


def graded(version: RaterVersion, query_digests: set[str]) -> dict[PairDigests, tuple[int, float]]:
    """Grade and gain of every pair of these queries that a version graded."""
    found: dict[PairDigests, tuple[int, float]] = {}
    ordered = sorted(query_digests)
    for start in range(0, len(ordered), BATCH):
        rows = Judgment.objects.filter(
            rater_version=version,
            query_digest__in=ordered[start : start + BATCH],
            state=Judgment.State.GRADED,
            repeat=0,
        )
        for query, document, grade, gain in rows.values_list(
            "query_digest", "document_digest", "grade", "gain"
        ):
            if grade is not None and gain is not None:
                found[query, document] = (grade, gain)
    return found
