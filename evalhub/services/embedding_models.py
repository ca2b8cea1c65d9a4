"""Register embedding models."""

from collections.abc import Mapping
from typing import Any

from evalhub.models import EmbeddingModel, Workspace
from indexing.registry import UnknownEmbeddingModel, resolve_encoder
from indexing.spec import EncoderSpec

Reference = str | Mapping[str, Any]


def embedding_model_check(workspace: Workspace, reference: Reference) -> EncoderSpec:
    """Resolve a registered name, a described model or an id, without writing anything.

    Raises:
        UnknownEmbeddingModel: the reference names nothing that can be found here.
    """
    try:
        return resolve_encoder(reference)
    except UnknownEmbeddingModel:
        known = _known(workspace, reference)
        if known is None:
            raise
        return EncoderSpec.from_dict(known.spec)


def embedding_model_register(workspace: Workspace, reference: Reference, spec: EncoderSpec) -> EmbeddingModel:
    """The row of what a reference was resolved to, made now if there is none of its digest."""
    name = reference if isinstance(reference, str) else str(reference.get("name") or spec.model)
    model, _ = EmbeddingModel.objects.get_or_create(
        workspace=workspace,
        digest=spec.digest,
        defaults={
            "name": name[:200],
            "provider": spec.provider,
            "model": spec.model,
            "revision": spec.revision,
            "spec": spec.to_dict(),
        },
    )
    return model


def _known(workspace: Workspace, reference: Reference) -> EmbeddingModel | None:
    """The model of an id that is written as a name."""
    if not isinstance(reference, str) or not reference.isdecimal():
        return None
    return EmbeddingModel.objects.filter(workspace=workspace, pk=int(reference)).first()
