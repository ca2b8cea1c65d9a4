"""Embed the documents of a snapshot that no earlier snapshot's vector set holds."""

import time
from collections.abc import Iterable

import numpy as np
from django.db.models import QuerySet

from evalhub import wiring
from evalhub.models import Document, Job, VectorSet, VectorShard, WorkUnit
from evalhub.pipeline.kind import Progress, UnitPlan
from evalhub.selectors.documents import snapshot_documents
from indexing.encoders.base import Encoded, Encoder

UNIT_DOCUMENTS = 500
# Documents per call of the encoder: enough to sort by length, few enough to tell progress.
CALL_DOCUMENTS = 200


def plan(job: Job) -> Iterable[UnitPlan]:
    """Inherit the shards of the newest earlier set by this model; plan units over what they lack."""
    vector_set = _vector_set(job)
    base = _base(vector_set)
    if base:
        _inherit(vector_set, base)
    number = base.snapshot.number if base else 0
    keys = list(_missing(vector_set, number).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), UNIT_DOCUMENTS):
        part = keys[start : start + UNIT_DOCUMENTS]
        yield UnitPlan({"first": part[0], "last": part[-1], "added_after": number}, n_items=len(part))


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Encode a range of documents into one shard."""
    vector_set = _vector_set(job)
    payload = unit.payload
    documents = list(
        _missing(vector_set, payload["added_after"])
        .filter(pk__gte=payload["first"], pk__lte=payload["last"])
        .order_by("pk")
        .only("pk", "title", "text")
    )
    encoder = wiring.encoder(vector_set.embedding_model_id)
    started = time.perf_counter()
    parts = []
    for start in range(0, len(documents), CALL_DOCUMENTS):
        parts.append(_encode(encoder, documents[start : start + CALL_DOCUMENTS]))
        progress(min(start + CALL_DOCUMENTS, len(documents)))
    _store(vector_set, unit, documents, parts, encode_s=time.perf_counter() - started)


def complete(job: Job) -> None:
    """Publish the set."""
    vector_set = _vector_set(job)
    shard = vector_set.shards.first()
    vector_set.dimension = shard.dimension if shard else 0
    vector_set.n_vectors = vector_set.snapshot.n_documents
    vector_set.is_ready = True
    vector_set.save()


def document_text(document: Document) -> str:
    """What is embedded: title and text as BEIR joins them."""
    return f"{document.title} {document.text}".strip()


def _vector_set(job: Job) -> VectorSet:
    return VectorSet.objects.select_related("snapshot", "embedding_model").get(pk=job.params["vector_set"])


def _base(vector_set: VectorSet) -> VectorSet | None:
    return (
        VectorSet.objects.select_related("snapshot")
        .filter(
            snapshot__corpus_id=vector_set.snapshot.corpus_id,
            snapshot__number__lt=vector_set.snapshot.number,
            embedding_model_id=vector_set.embedding_model_id,
            is_ready=True,
        )
        .order_by("-snapshot__number")
        .first()
    )


def _inherit(vector_set: VectorSet, base: VectorSet) -> None:
    shards = list(base.shards.all())
    for shard in shards:
        shard.pk = None
        shard.vector_set = vector_set
    VectorShard.objects.bulk_create(shards, ignore_conflicts=True)


def _missing(vector_set: VectorSet, number: int) -> QuerySet[Document]:
    return snapshot_documents(vector_set.snapshot).filter(added_in__gt=number)


def _encode(encoder: Encoder, documents: list[Document]) -> Encoded:
    return encoder.encode_documents([document_text(document) for document in documents])


def _store(
    vector_set: VectorSet, unit: WorkUnit, documents: list[Document], parts: list[Encoded], *, encode_s: float
) -> None:
    keys = np.array([document.pk for document in documents], dtype=np.int64)
    info = wiring.shard_store().write(
        f"set-{vector_set.pk}-{unit.number}", keys, np.concatenate([part.vectors for part in parts])
    )
    VectorShard.objects.update_or_create(
        vector_set=vector_set,
        name=info.name,
        defaults={
            "n_vectors": info.n,
            "dimension": info.dimension,
            "n_bytes": info.n_bytes,
            "digest": info.digest,
            "n_tokens": sum(part.n_tokens for part in parts),
            "n_truncated": sum(part.n_truncated for part in parts),
            "encode_s": encode_s,
        },
    )
