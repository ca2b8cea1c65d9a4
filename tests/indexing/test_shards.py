import os
import pickle
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexing.shards import DamagedShard, ShardInfo, ShardStore, UnableToWriteShard
from tests.indexing.vectors import unit_vectors

KEYS = np.array([7, 3, 12], dtype=np.int64)
VECTORS = unit_vectors(3, 4, seed=1)

# Kills itself with no chance to clean up when it reaches the function named by its second argument.
WRITER = """
import os, signal, sys
from pathlib import Path
import numpy as np
from indexing.shards import ShardStore

def die(*args, **kwargs):
    if sys.argv[2] == "save":
        args[0].write(b"half a header")
        args[0].flush()
    os.kill(os.getpid(), signal.SIGKILL)

setattr(np if sys.argv[2] == "save" else os, sys.argv[2], die)
ShardStore(Path(sys.argv[1])).write("0000", np.arange(5), np.ones((5, 4), dtype=np.float32))
"""


@pytest.fixture
def store(tmp_path: Path) -> ShardStore:
    return ShardStore(tmp_path / "shards")


@pytest.fixture
def shard(store: ShardStore) -> ShardInfo:
    return store.write("0000", KEYS, VECTORS)


@pytest.mark.parametrize("by_name", [True, False])
def test_shard_comes_back_as_written(store: ShardStore, shard: ShardInfo, by_name: bool) -> None:
    keys, vectors = store.open(shard.name if by_name else shard)

    np.testing.assert_array_equal(keys, KEYS)
    np.testing.assert_array_equal(vectors, VECTORS)
    assert isinstance(vectors, np.memmap)
    assert (keys.dtype.name, vectors.dtype.name) == ("int64", "float32")


def test_info_says_what_is_on_disk(store: ShardStore, shard: ShardInfo) -> None:
    assert (shard.name, shard.n, shard.dimension) == ("0000", 3, 4)
    # A header of 128 bytes, then 3 records of 8 bytes key and 4 x 4 bytes vector.
    assert shard.n_bytes == store.path("0000").stat().st_size == 128 + 3 * (8 + 16)
    assert ShardInfo.from_dict(shard.to_dict()) == shard


def test_writing_again_changes_nothing(store: ShardStore, shard: ShardInfo) -> None:
    assert store.write("0000", KEYS, VECTORS) == shard
    assert [path.name for path in store.path("0000").parent.iterdir()] == ["0000.npy"]


def test_other_vectors_have_another_digest(store: ShardStore, shard: ShardInfo) -> None:
    assert store.write("0000", KEYS, -VECTORS).digest != shard.digest


def test_shard_without_rows(store: ShardStore) -> None:
    shard = store.write("none", KEYS[:0], VECTORS[:0])

    keys, vectors = store.open(shard)

    assert keys.shape == (0,)
    assert vectors.shape == (0, 4)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["save", "fsync", "replace"])
@pytest.mark.parametrize("exists", [True, False])
def test_killed_writer_leaves_no_half_shard(store: ShardStore, point: str, exists: bool) -> None:
    earlier = store.write("0000", KEYS, VECTORS) if exists else None
    folder = store.path("0000").parent

    killed = subprocess.run([sys.executable, "-c", WRITER, str(folder), point], check=False)

    assert killed.returncode == -signal.SIGKILL
    if earlier is not None:
        np.testing.assert_array_equal(store.open(earlier)[0], KEYS)
    else:
        assert not store.path("0000").exists()
        with pytest.raises(DamagedShard, match="is missing"):
            store.open("0000")
    written = store.write("0000", KEYS, VECTORS)
    np.testing.assert_array_equal(store.open(written)[1], VECTORS)


def test_failed_write_leaves_nothing(store: ShardStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full_disk)

    with pytest.raises(OSError, match="No space left"):
        store.write("0000", KEYS, VECTORS)
    assert list(store.path("0000").parent.iterdir()) == []


def test_missing_shard_names_file_and_remedy(store: ShardStore, shard: ShardInfo) -> None:
    store.path("0000").unlink()

    with pytest.raises(DamagedShard, match=r"0000\.npy: the vector shard is missing.*embed these documents"):
        store.open(shard)


def test_shard_cut_short_is_damaged(store: ShardStore, shard: ShardInfo) -> None:
    os.truncate(store.path("0000"), shard.n_bytes - 1)

    with pytest.raises(DamagedShard, match="199 bytes where 200 were written"):
        store.open(shard)
    with pytest.raises(DamagedShard, match="not a readable vector shard"):
        store.open("0000")


def test_changed_byte_is_found(store: ShardStore, shard: ShardInfo) -> None:
    path = store.path("0000")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(DamagedShard, match="not what was written"):
        store.open(shard)


def test_another_npy_file_is_no_shard(store: ShardStore, shard: ShardInfo) -> None:
    np.save(store.path("0000"), np.zeros(3))

    with pytest.raises(DamagedShard, match="not a vector shard"):
        store.open("0000")


def test_pickle_is_never_loaded(store: ShardStore, shard: ShardInfo) -> None:
    store.path("0000").write_bytes(pickle.dumps(["anything"]))

    with pytest.raises(DamagedShard, match="not a readable vector shard"):
        store.open("0000")


@pytest.mark.parametrize("name", ["", "../0000", "a/b", ".hidden"])
def test_name_cannot_leave_the_folder(store: ShardStore, name: str) -> None:
    with pytest.raises(ValueError, match="shard name"):
        store.path(name)


def test_key_twice_is_refused(store: ShardStore) -> None:
    with pytest.raises(UnableToWriteShard, match="2 distinct keys for 3 vectors"):
        store.write("0000", np.array([7, 3, 7]), VECTORS)


def test_nan_names_the_key(store: ShardStore) -> None:
    broken = VECTORS.copy()
    broken[1, 2] = np.nan

    with pytest.raises(UnableToWriteShard, match="the vector of key 3 holds a NaN"):
        store.write("0000", KEYS, broken)


def test_wrong_dtype_is_refused(store: ShardStore) -> None:
    with pytest.raises(UnableToWriteShard, match="vectors float64"):
        store.write("0000", KEYS, VECTORS.astype(np.float64))


def test_damaged_size_in_the_record_is_told(store: ShardStore, shard: ShardInfo) -> None:
    with pytest.raises(DamagedShard, match="200 bytes where 1 were written"):
        store.open(replace(shard, n_bytes=1))
