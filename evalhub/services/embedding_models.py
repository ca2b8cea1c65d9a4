"""Register embedding models."""

from collections.abc import Mapping
from typing import Any

from evalhub.models import EmbeddingModel, Workspace
from indexing.registry import resolve_encoder


def embedding_model_register(workspace: Workspace, reference: str | Mapping[str, Any]) -> EmbeddingModel:
    """The row of a registered name or a described model, made now if there is none of its digest.

    Raises:
        UnknownEmbeddingModel: the reference names nothing that can be found here.
    """
    spec = resolve_encoder(reference)
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
