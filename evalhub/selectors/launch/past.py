"""What earlier campaigns say of the next: how much systems differ by query, and how long embedding takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from evalhub.core.power import IntervalSeen, pooled_spread
from evalhub.models import Campaign, Comparison, Snapshot, VectorSet, VectorShard, Workspace

# Each campaign has at most 4,950 comparisons for each rater; a few hundred are enough to know a spread.
CAMPAIGNS_LOOKED_AT = 20
COMPARISONS_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class PastSpread:
    """The standard deviation of per-query differences in earlier comparisons, and how many there were."""

    spread: float
    n_comparisons: int


def past_spread(workspace: Workspace, collection_name: str) -> PastSpread | None:
    """Of PWAS by raters over this collection's queries; None where nothing was compared."""
    campaigns = Campaign.objects.filter(
        workspace=workspace, collection__name=collection_name, state=Campaign.State.DONE
    )
    newest = campaigns.filter(score_job__isnull=False).order_by("-created_at")[:CAMPAIGNS_LOOKED_AT]
    rows = Comparison.objects.filter(
        job__in=newest.values("score_job"),
        rater_version__isnull=False,
        measure__startswith="PWAS@",
        low__isnull=False,
        high__isnull=False,
    )
    found = rows.order_by("-pk").values_list("low", "high", "n_queries")[:COMPARISONS_LOOKED_AT]
    seen = [IntervalSeen(low or 0.0, high or 0.0, n_queries) for low, high, n_queries in found]
    spread = pooled_spread(seen)
    return None if spread is None else PastSpread(spread, len(seen))


def embedding_s(snapshot: Snapshot | None, digests: Sequence[str]) -> float | None:
    """Seconds that models, by digest, would embed a snapshot for, as measured before.

    None where one of them never embedded anything here, or nothing is known of the snapshot.
    """
    if snapshot is None:
        return None
    there = VectorSet.objects.filter(
        snapshot=snapshot, is_ready=True, embedding_model__digest__in=digests
    ).values_list("embedding_model__digest", flat=True)
    missing = set(digests) - set(there)
    if not missing:
        return 0.0
    shards = VectorShard.objects.filter(vector_set__embedding_model__digest__in=missing)
    by_model = shards.values_list("vector_set__embedding_model__digest")
    sums = by_model.annotate(Sum("encode_s"), Sum("n_vectors"))
    seconds = {digest: encode_s / n_vectors for digest, encode_s, n_vectors in sums if n_vectors}
    if missing - set(seconds):
        return None
    return float(sum(seconds[digest] for digest in missing)) * snapshot.n_documents
