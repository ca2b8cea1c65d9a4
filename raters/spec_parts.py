"""Read the parts of a rater's description that lie in files: model, adapter, prompt, what was learnt."""

from collections.abc import Mapping
from pathlib import Path

from evalhub.core.trained_on import UnreadableManifest
from raters.fields import KINDS, UnableToResolveRater, read_text
from raters.manifest import load_manifest
from raters.rubric import Prompt, load_prompt
from raters.spelling import misspelt
from raters.template import UnableToReadPrompt
from raters.weights import (
    EMBEDDING_MODELS,
    LOCAL_MODELS,
    UnableToFindWeights,
    find_weights,
    weights_revision,
)

DEFAULT_PROMPT = "graded-relevance"
DEFAULT_EMBEDDING_MODEL = "minilm"


def read_kind(mapping: Mapping[str, object]) -> str:
    """Read one of KINDS."""
    kind = read_text(mapping, "kind")
    if kind not in KINDS:
        problem = f"unknown kind {kind!r}" if kind else "missing"
        raise UnableToResolveRater("kind", f"{problem}; {misspelt(kind, KINDS)}")
    return kind


def read_model(mapping: Mapping[str, object], kind: str, base_dir: Path, evidence: str) -> tuple[str, str]:
    """Read the model and its revision; a local one is found, and known by its weights."""
    field, registered, default = "model", LOCAL_MODELS, ""
    if kind == "cross-encoder":
        registered = EMBEDDING_MODELS
    if kind == "calibrated":
        field, registered, default = "embedding_model", EMBEDDING_MODELS, DEFAULT_EMBEDDING_MODEL
    model = read_text(mapping, field, default)
    if kind == "gold" or evidence == "lexical":
        return "", ""
    if not model:
        raise UnableToResolveRater(field, f"missing; a {kind} rater needs one")
    if kind == "hosted":
        return model, read_text(mapping, "revision")
    try:
        path = find_weights(model, base_dir, registered)
    except UnableToFindWeights as error:
        raise UnableToResolveRater(field, str(error)) from error
    # A relative path would mean something else to the worker that loads it.
    is_relative_path = (base_dir / Path(model).expanduser()).resolve() == path
    return str(path) if is_relative_path else model, weights_revision(path)


def read_adapter(mapping: Mapping[str, object], base_dir: Path) -> tuple[str, str]:
    """Read the folder of a LoRA adapter and its revision; both are empty for none."""
    given = read_text(mapping, "adapter")
    if not given:
        return "", ""
    try:
        path = find_weights(str((base_dir / Path(given).expanduser()).resolve()), base_dir, {})
    except UnableToFindWeights as error:
        raise UnableToResolveRater("adapter", str(error)) from error
    return str(path), weights_revision(path)


def read_training(kind: str, model: str, adapter: str) -> Mapping[str, object]:
    """What a rater learnt from, as the folder of its weights, or the file that ships, says."""
    if kind == "calibrated":
        from raters.calibrated.stored import shipped_training

        return shipped_training()
    folder = adapter if kind == "local-llm" else model if kind == "cross-encoder" else ""
    try:
        return load_manifest(Path(folder)) if folder else {}
    except UnreadableManifest as error:
        raise UnableToResolveRater("adapter" if adapter else "model", str(error)) from error


def read_learned(evidence: str) -> Mapping[str, object]:
    """Read what the shipped calibrated rater learned, so that its spec holds whatever changes a grade."""
    # scipy takes a quarter of a second that other kinds need not wait for.
    from raters.calibrated.stored import shipped_model

    return shipped_model(evidence).to_dict()


def read_prompt(mapping: Mapping[str, object], base_dir: Path) -> Prompt:
    """Read a shipped prompt by its name, or a prompt file."""
    given = read_text(mapping, "prompt", DEFAULT_PROMPT)
    is_path = given.endswith(".txt") or "/" in given
    try:
        return load_prompt(base_dir / Path(given).expanduser() if is_path else given)
    except UnableToReadPrompt as error:
        raise UnableToResolveRater("prompt", str(error)) from error
