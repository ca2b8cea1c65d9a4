"""Unpacking .gz, .zst and .zip as a stream, with a cap on what comes out."""

import gzip
import io
import zipfile
import zlib
from typing import BinaryIO, Literal, Protocol

import pyarrow as pa

from evalhub.formats.errors import InputError, Place
from evalhub.formats.limits import Limits

Compression = Literal["none", "gzip", "zstd", "zip"]

BUFFER_BYTES = 64 * 1024
_MAGIC: dict[bytes, Compression] = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an archive without members
}
_UNSUPPORTED = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR"}
# What the libraries raise on archives that are cut short or damaged.
_BROKEN = (EOFError, OSError, zlib.error, zipfile.BadZipFile, pa.ArrowException)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def compression_of(head: bytes, file: str) -> Compression:
    """Tell the compression by the first bytes of a file.

    Raises:
        InputError: a known kind that is not supported.
    """
    for magic, unsupported in _UNSUPPORTED.items():
        if head.startswith(magic):
            raise Place(file).error(
                None, f"compressed with {unsupported}, which is not supported", "Use gzip, zstd or zip."
            )
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "none")


class _CappedReader(io.RawIOBase):
    """Unpacked bytes, until the archive ends, breaks or exceeds its cap."""

    def __init__(
        self, packed: _Readable, kind: Compression, packed_bytes: int, file: str, limits: Limits
    ) -> None:
        self._packed = packed
        self._kind = kind
        self._packed_bytes = packed_bytes
        self._file = file
        self._cap, self._option = limits.unpacked_cap(packed_bytes)
        self._bytes_out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer has no len()
        # Filled to the brim, so that one peek at the buffered reader above shows a whole head.
        filled = 0
        while filled < len(buffer) and (chunk := self._read(len(buffer) - filled)):
            buffer[filled : filled + len(chunk)] = chunk
            filled += len(chunk)
        self._bytes_out += filled
        if self._bytes_out > self._cap:
            raise self._too_large()
        return filled

    def _read(self, size: int) -> bytes:
        try:
            return self._packed.read(size)
        except _BROKEN as error:
            raise broken_archive(self._file, self._kind, error) from error

    def _too_large(self) -> InputError:
        problem = f"unpacks to more than {self._cap:,} bytes"
        if self._packed_bytes:
            problem += f" from {self._packed_bytes:,}"
        remedy = f"If the archive is meant to be that large, raise the option {self._option}."
        return Place(self._file).error(None, problem, remedy)


def broken_archive(file: str, kind: Compression, reason: Exception) -> InputError:
    """Make the error for an archive that cannot be unpacked."""
    said = str(reason) or type(reason).__name__
    return Place(file).error(None, f"broken {kind} archive ({said})", "Create or download the file again.")


def unpacked(
    packed: BinaryIO, kind: Literal["gzip", "zstd"], packed_bytes: int, file: str, limits: Limits
) -> io.BufferedReader:
    """Open the unpacked bytes of a gzip or zstd stream."""
    # pyarrow's reader, not zstandard's: it notices a stream that was cut short.
    stream: _Readable = (
        gzip.GzipFile(fileobj=packed)
        if kind == "gzip"
        else pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd")
    )
    return capped(stream, kind, packed_bytes, file, limits)


def capped(
    packed: _Readable, kind: Compression, packed_bytes: int, file: str, limits: Limits
) -> io.BufferedReader:
    """Wrap an unpacking stream so that it stops at the cap and names the file when it breaks."""
    return io.BufferedReader(_CappedReader(packed, kind, packed_bytes, file, limits), BUFFER_BYTES)
