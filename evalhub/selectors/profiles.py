"""What a system costs: size, time, and what approximation loses."""

from typing import Any

from django.db.models import Sum

from evalhub.models import CampaignSystem, System, VectorIndex
from evalhub.selectors.campaign_rows import CampaignRows
from indexing.spec import IndexSpec

Profile = dict[str, Any]


def system_profiles(rows: CampaignRows) -> dict[int, Profile]:
    """Size and speed by system key; empty for lists that were retrieved elsewhere."""
    indexes = {
        (index.vector_set.embedding_model_id, IndexSpec.from_dict(index.spec)): index
        for index in _ready_indexes(rows)
    }
    return {
        row.system_id: _profile(row, indexes.get(_index_key(row.system))) if row.system.index_spec else {}
        for row in rows.systems
    }


def _ready_indexes(rows: CampaignRows) -> list[Any]:
    """The indexes of the campaign's snapshot by its models, with the sums over their shards."""
    models = {row.system.embedding_model_id for row in rows.systems if row.system.embedding_model_id}
    indexes = VectorIndex.objects.filter(
        vector_set__snapshot=rows.campaign.snapshot_id, vector_set__embedding_model__in=models, is_ready=True
    )
    return list(
        indexes.select_related("vector_set").annotate(
            seconds=Sum("vector_set__shards__encode_s"),
            encoded=Sum("vector_set__shards__n_vectors"),
            tokens=Sum("vector_set__shards__n_tokens"),
            truncated=Sum("vector_set__shards__n_truncated"),
        )
    )


def _index_key(system: System) -> tuple[int | None, IndexSpec]:
    return system.embedding_model_id, IndexSpec.from_dict(system.index_spec or {})


def _profile(row: CampaignSystem, index: Any) -> Profile:
    if index is None:
        return {}
    vector_set = index.vector_set
    return {
        "dimension": index.spec.get("dimension") or vector_set.dimension,
        "dtype": index.spec["dtype"],
        "kind": index.spec["kind"],
        "vectors": vector_set.n_vectors,
        "index_bytes": index.n_bytes,
        "embed_s_per_1k": 1000 * index.seconds / index.encoded if index.encoded else None,
        "tokens": index.tokens,
        "documents_truncated": index.truncated,
        "query_ms_p50": row.run.query_ms_p50,
        "query_ms_p95": row.run.query_ms_p95,
        "ann_recall@10": row.run.ann_recall_at_10,
    }
