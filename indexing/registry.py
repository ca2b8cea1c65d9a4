"""From what a user writes to an EncoderSpec: registered names, folders, models in the local hub cache."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indexing.catalogue import (
    REGISTERED,
    RegisteredModel,
    UnknownEmbeddingModel,
    model_provider,
    model_revision,
    weights_path,
)
from indexing.spec import EncoderSpec, InvalidSpec, check_names

__all__ = ["REGISTERED", "RegisteredModel", "UnknownEmbeddingModel", "resolve_encoder", "weights_path"]

REFERENCE_FIELDS = ("provider", "model", "query_model", "query_prompt", "document_prompt", "max_tokens")


def resolve_encoder(ref: str | Mapping[str, Any]) -> EncoderSpec:
    """Find a model on this machine and say exactly what it is.

    Args:
        ref: a registered name, a folder, a hub id in the local cache; or a mapping with `model` and any
            of `provider`, `query_model`, `query_prompt`, `document_prompt`, `max_tokens`. Prompts left out
            are those that the model's own configuration names.

    Raises:
        UnknownEmbeddingModel: no such model here.
        UnsafeModel: it has pickled weights or code of its own.
        InvalidSpec: an unknown field or a value of the wrong kind.
    """
    fields: dict[str, Any] = {"model": ref} if isinstance(ref, str) else dict(ref)
    check_names("embedding_model", fields, REFERENCE_FIELDS)
    model = _text(fields, "model")
    if model is None:
        raise InvalidSpec("embedding_model.model", "missing. Write a registered name, a folder or a hub id.")
    query_model = _text(fields, "query_model")
    revision = model_revision(model)
    query_revision = model_revision(query_model) if query_model else None
    same_weights = query_revision is None or query_revision == revision
    return EncoderSpec(
        provider=_provider(fields, model, query_model),
        model=_stable_name(model),
        revision=revision,
        query_model=None if same_weights or not query_model else _stable_name(query_model),
        query_prompt=_prompt(fields, "query_prompt", query_model or model),
        document_prompt=_prompt(fields, "document_prompt", model),
        max_tokens=fields.get("max_tokens"),
        query_revision=None if same_weights else query_revision,
    )


def _provider(fields: Mapping[str, Any], model: str, query_model: str | None) -> str:
    known = model_provider(model)
    given = fields.get("provider", known)
    if given != known:
        raise InvalidSpec("embedding_model.provider", f'"{model}" is loaded by {known}, not {given!r}.')
    if query_model and model_provider(query_model) != known:
        raise InvalidSpec(
            "embedding_model.query_model",
            f'"{query_model}" is loaded by {model_provider(query_model)}, "{model}" by {known}. '
            "Choose two models of one family, which share a vector space.",
        )
    return known


def _stable_name(model: str) -> str:
    """Make a folder absolute: a worker runs in another folder than the command line."""
    folder = Path(model).expanduser()
    return str(folder.resolve()) if model not in REGISTERED and folder.is_dir() else model


def _prompt(fields: Mapping[str, Any], field: str, model: str) -> str:
    given = _text(fields, field)
    return _configured_prompt(model, field) if given is None else given


def _configured_prompt(model: str, field: str) -> str:
    """Read what sentence-transformers' encode_query and encode_document would prepend."""
    path = weights_path(model) / "config_sentence_transformers.json"
    config = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    prompts = config.get("prompts") or {}
    names = ("query",) if field == "query_prompt" else ("document", "passage", "corpus")
    for name in (*names, config.get("default_prompt_name")):
        if prompts.get(name):
            return str(prompts[name])
    return ""


def _text(fields: Mapping[str, Any], field: str) -> str | None:
    value = fields.get(field)
    if value is not None and not isinstance(value, str):
        raise InvalidSpec(f"embedding_model.{field}", f"{value!r} is not text.")
    return value
