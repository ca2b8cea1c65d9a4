"""Opening what the user named (a file, a BEIR folder, an archive) as one stream of plain bytes."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evalhub.formats.archive import BUFFER_BYTES, Compression, compression_of, unpacked
from evalhub.formats.errors import Place
from evalhub.formats.layout import Role, is_data_file, pick
from evalhub.formats.limits import Limits
from evalhub.formats.zipped import open_member

_PACKED_SUFFIXES = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Source:
    """An input to read.

    Attributes:
        name: what the user calls it; errors use it.
        path: where its bytes are: a file or a folder.
    """

    name: str
    path: Path

    @classmethod
    def at(cls, path: Path) -> "Source":
        """Name a source by its own path."""
        return cls(str(path), path)


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """The chosen file, unpacked as it is read.

    Attributes:
        file: its name in errors.
        data_name: its name without the compression's suffix; the format may show in it.
        stream: from the first byte; one peek shows up to 64 KiB.
    """

    file: str
    data_name: str
    compression: Compression
    stream: io.BufferedReader

    @property
    def head(self) -> bytes:
        """The first bytes, not consumed."""
        return self.stream.peek(BUFFER_BYTES)


def spool(stream: BinaryIO, folder: Path) -> Path:
    """Copy a stream that can be read once (standard input, an upload) to a new file the caller deletes."""
    with ExitStack() as on_failure:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="spool-", delete=False) as copy:
            path = Path(copy.name)
            on_failure.callback(path.unlink)
            shutil.copyfileobj(stream, copy, 2**20)
        on_failure.pop_all()
    return path


def file_of(source: Source, role: Role) -> Source:
    """Choose the file that plays `role`: the source itself, or one in its folder.

    Raises:
        InputError: none in the folder fits, or several do.
    """
    return _from_folder(source, role) if source.path.is_dir() else source


@contextmanager
def open_source(source: Source, role: Role, limits: Limits) -> Iterator[OpenedSource]:
    """Open the file of a source that plays `role`.

    Raises:
        InputError: it does not exist, cannot be read, or is not a single plain or packed data file.
    """
    chosen = file_of(source, role)
    with ExitStack() as stack:
        try:
            stored: io.BufferedReader = stack.enter_context(
                io.BufferedReader(io.FileIO(chosen.path), BUFFER_BYTES)
            )
        except OSError as error:
            raise Place(chosen.name).error(
                None, _reason(error), "Check the path and its permissions."
            ) from error
        kind = compression_of(stored.peek(BUFFER_BYTES), chosen.name)
        opened = _opened(stored, kind, chosen, role, limits)
        stack.callback(opened.stream.close)
        if kind != "none":
            _refuse_nested(opened)
        yield opened


def _opened(
    stored: io.BufferedReader, kind: Compression, chosen: Source, role: Role, limits: Limits
) -> OpenedSource:
    packed_bytes = os.fstat(stored.fileno()).st_size
    if kind == "none":
        return OpenedSource(chosen.name, chosen.name, kind, stored)
    if kind == "zip":
        member, stream = open_member(stored, packed_bytes, chosen.name, role, limits)
        return OpenedSource(f"{chosen.name}/{member}", member, kind, stream)
    stream = unpacked(stored, kind, packed_bytes, chosen.name, limits)
    stem, suffix = os.path.splitext(chosen.name)
    data_name = stem if suffix.lower() in _PACKED_SUFFIXES else chosen.name
    return OpenedSource(chosen.name, data_name, kind, stream)


def _from_folder(folder: Source, role: Role) -> Source:
    # A qrels folder by itself stands for the collection around it.
    top = folder.path.parent if role == "qrels" and folder.path.name == "qrels" else folder.path
    found = [path for pattern in ("*", "*/*") for path in folder.path.glob(pattern) if path.is_file()]
    names = sorted(path.relative_to(top).as_posix() for path in found)
    chosen = pick([name for name in names if is_data_file(name)], role, folder.name)
    shown = os.path.relpath(top / chosen, folder.path)
    return Source(f"{folder.name.rstrip('/')}/{shown}", top / chosen)


def _refuse_nested(opened: OpenedSource) -> None:
    inner = compression_of(opened.head, opened.file)
    if inner != "none":
        raise Place(opened.file).error(
            None,
            f"packed twice ({inner} inside {opened.compression})",
            "Unpack it once and import the inner file.",
        )


def _reason(error: OSError) -> str:
    return "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
