"""Register embedding models."""

from collections.abc import Mapping
from typing import Any

from evalhub.models import EmbeddingModel, Workspace
from indexing.registry import UnknownEmbeddingModel, resolve_encoder


def embedding_model_register(workspace: Workspace, reference: str | Mapping[str, Any]) -> EmbeddingModel:
    """The row of a registered name, a described model or an id, made now if there is none of its digest.

    Raises:
        UnknownEmbeddingModel: the reference names nothing that can be found here.
    """
    try:
        spec = resolve_encoder(reference)
    except UnknownEmbeddingModel:
        known = _known(workspace, reference)
        if known is None:
            raise
        return known
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


def _known(workspace: Workspace, reference: str | Mapping[str, Any]) -> EmbeddingModel | None:
    """The model of an id that is written as a name."""
    if not isinstance(reference, str) or not reference.isdecimal():
        return None
    return EmbeddingModel.objects.filter(workspace=workspace, pk=int(reference)).first()
