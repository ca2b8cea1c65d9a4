"""Which files make up a model, and the digest that names them."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from evalhub.core.digest import content_digest

# What sentence-transformers and transformers read: weights, configuration, vocabularies, templates.
MODEL_SUFFIXES = frozenset({".safetensors", ".json", ".txt", ".model", ".jinja"})
# A record of how the model was trained; no vector depends on it.
TRAINING_RECORDS = frozenset({"data_config.json"})
PICKLE_SUFFIXES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"})


class UnsafeModel(ValueError):
    """A model folder would need a pickle to be loaded, or code of its own to be run."""


def revision_of(folder: Path, names: Sequence[str]) -> str:
    """Digest files by their relative names and contents, wherever the folder lies."""
    return content_digest([[name, _file_digest(folder / name)] for name in sorted(names)])


def sentence_transformers_files(folder: Path) -> list[str]:
    """List the files that decide a sentence-transformers model's vectors, as sorted POSIX names.

    Only the folder itself and those that its modules.json names count: not other exports of the same
    weights beside them (ONNX, OpenVINO), nor documentation.

    Raises:
        UnsafeModel: weights that only a pickle holds, or a module that is the model's own code.
    """
    names: list[str] = []
    for subfolder in dict.fromkeys(("", *_module_folders(folder))):
        files = [path for path in sorted((folder / subfolder).glob("*")) if path.is_file()]
        _refuse_pickles(files)
        names += [path.relative_to(folder).as_posix() for path in files if _decides_vectors(path)]
    return sorted(names)


def _module_folders(folder: Path) -> list[str]:
    modules = folder / "modules.json"
    if not modules.is_file():
        return []
    entries = json.loads(modules.read_text(encoding="utf-8"))
    for entry in entries:
        # Older sentence-transformers import such a class from a local folder without asking.
        if not str(entry["type"]).startswith("sentence_transformers."):
            raise UnsafeModel(
                f"{modules}: the module {entry['type']!r} is code of the model's own, which is never run. "
                "Use a model made of sentence-transformers' own modules."
            )
    return [str(entry["path"]) for entry in entries]


def _refuse_pickles(files: Sequence[Path]) -> None:
    if any(path.suffix == ".safetensors" for path in files):
        return
    for path in files:
        if path.suffix in PICKLE_SUFFIXES:
            raise UnsafeModel(
                f"{path}: the weights are a pickle, which can run code when loaded. Save the model again "
                "with safe_serialization=True and use the folder with model.safetensors."
            )


def _decides_vectors(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return path.suffix in MODEL_SUFFIXES and path.name not in TRAINING_RECORDS and not hidden


def _file_digest(path: Path) -> str:
    status = path.stat()
    return _cached_file_digest(str(path), status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=4096)
def _cached_file_digest(path: str, size: int, modified_ns: int) -> str:
    # Size and time are there for the cache: weights of several GB are read once per change.
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
