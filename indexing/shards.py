"""Vectors on disk: immutable shards, each one .npy file, written whole or not at all."""

import hashlib
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from indexing.files import replacing

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class DamagedShard(RuntimeError):
    """A shard is missing or not what was written; the message names the file and the remedy."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}. Delete this file if it is there and embed these documents again: "
            "run the embedding job anew, or restore the file from a copy."
        )
        self.path = path


class UnableToWriteShard(ValueError):
    """Keys or vectors that no shard can hold."""


@dataclass(frozen=True, slots=True)
class ShardInfo:
    """A shard as written: rows, dimension, file size and "sha256:..." of the file."""

    name: str
    n: int
    dimension: int
    n_bytes: int
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, payload: dict[str, Any]) -> Self:
        """Build from `to_dict`'s result."""
        return cls(**payload)


class ShardStore:
    """A folder of shards.

    A shard is one array of records (key int64, vector float32 (dimension,)): one file is renamed into
    place in one step, so keys and vectors cannot come apart. Files that begin with a dot are left by
    killed writers and may be deleted while nothing writes.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, name: str) -> Path:
        """Return where the shard of that name lies. Raises ValueError for a name that is no file name."""
        if not NAME.fullmatch(name):
            raise ValueError(f"shard name {name!r}: use letters, digits, dots, dashes and underscores only.")
        return self._root / f"{name}.npy"

    def write(self, name: str, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> ShardInfo:
        """Write a shard, replacing one of that name; equal input gives an equal file.

        Args:
            name: file name without suffix.
            keys: int64 (n,), each once.
            vectors: float32 (n, dimension), finite, L2-normalised.

        Raises:
            UnableToWriteShard: shapes that do not fit, a key twice, a value that is not finite.
        """
        records = _records(name, keys, vectors)
        path = self.path(name)
        with replacing(path) as temporary, open(temporary, "wb") as file:
            np.save(file, records, allow_pickle=False)
        return ShardInfo(name, len(keys), vectors.shape[1], path.stat().st_size, _digest(path))

    def open(self, shard: ShardInfo | str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Map a shard's keys int64 (n,) and vectors float32 (n, dimension), read from disk when touched.

        Given a ShardInfo the whole file is first checked against its digest; given a name only its form.

        Raises:
            DamagedShard: the file is missing, cut short or changed.
        """
        path = self.path(shard if isinstance(shard, str) else shard.name)
        if isinstance(shard, ShardInfo):
            _check(path, shard)
        try:
            records = np.load(path, mmap_mode="r", allow_pickle=False)
        except FileNotFoundError as error:
            raise DamagedShard(path, "the vector shard is missing") from error
        except (ValueError, EOFError, OSError) as error:
            raise DamagedShard(path, f"not a readable vector shard ({error})") from error
        if records.dtype.names != ("key", "vector") or records.ndim != 1:
            raise DamagedShard(path, "a .npy file, but not a vector shard")
        return np.ascontiguousarray(records["key"]), records["vector"]


def _records(name: str, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> NDArray[np.void]:
    if keys.dtype != np.int64 or vectors.dtype != np.float32 or vectors.ndim != 2:
        raise UnableToWriteShard(
            f"shard {name}: keys are {keys.dtype}, vectors {vectors.dtype} {vectors.shape}. "
            "Pass int64 (n,) and float32 (n, dimension)."
        )
    if keys.shape != vectors.shape[:1] or len(np.unique(keys)) != len(keys):
        raise UnableToWriteShard(
            f"shard {name}: {len(np.unique(keys))} distinct keys for {len(vectors)} vectors. "
            "Give each vector a key of its own."
        )
    is_finite = np.isfinite(vectors).all(axis=1)
    if not is_finite.all():
        raise UnableToWriteShard(
            f"shard {name}: the vector of key {keys[~is_finite][0]} holds a NaN or an infinity, "
            "so the model failed on that text. Look at the document, or use another model."
        )
    records = np.empty(len(keys), dtype=[("key", "<i8"), ("vector", "<f4", (vectors.shape[1],))])
    records["key"], records["vector"] = keys, vectors
    return records


def _check(path: Path, info: ShardInfo) -> None:
    if not path.is_file():
        raise DamagedShard(path, "the vector shard is missing")
    size = path.stat().st_size
    if size != info.n_bytes:
        raise DamagedShard(path, f"{size} bytes where {info.n_bytes} were written")
    if _digest(path) != info.digest:
        raise DamagedShard(path, "its content is not what was written")


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
