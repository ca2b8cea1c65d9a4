"""Parquet, in batches; a row counts as a line."""

import datetime
import math
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from evalhub.formats.errors import InputError, Place
from evalhub.formats.limits import Limits
from evalhub.formats.record import Record
from evalhub.formats.source import OpenedSource
from evalhub.formats.table import repeated_columns

# Small, because one row group may hold a whole file and a row a whole book.
_BATCH_ROWS = 128


def parquet_records(
    opened: OpenedSource, limits: Limits, stack: ExitStack
) -> tuple[list[str], Iterator[Record]]:
    """Read the column names, and the rows as they are asked for.

    Args:
        stack: closes what has to stay open while rows are read.

    Raises:
        InputError: broken, a column named twice, or larger than the limits once unpacked.
    """
    seekable = stack.enter_context(_seekable(opened))
    try:
        table = parquet.ParquetFile(seekable)
    except (OSError, pa.ArrowException) as error:
        raise _broken(opened.file, error) from error
    columns = list(table.schema_arrow.names)
    if repeated := repeated_columns(columns):
        raise Place(opened.file).error(repeated[0], "a column named twice", "Rename one of them.")
    return columns, _records(table, opened.file, limits)


@contextmanager
def _seekable(opened: OpenedSource) -> Iterator[BinaryIO]:
    if opened.compression == "none":
        yield opened.stream
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(opened.stream, copy, 2**20)
        yield copy


def _records(table: parquet.ParquetFile, file: str, limits: Limits) -> Iterator[Record]:
    row = bytes_out = 0
    try:
        for batch in table.iter_batches(_BATCH_ROWS):
            bytes_out += batch.nbytes
            if bytes_out > limits.max_bytes_out:
                raise _too_large(file, limits)
            for fields in batch.to_pylist():
                row += 1
                place = Place(file, row)
                yield Record(place, {name: _jsonable(value, name, place) for name, value in fields.items()})
    # ValueError: text that is not UTF-8, times that Python cannot hold.
    except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
        raise _broken(file, error) from error


def _jsonable(value: object, field: str, place: Place) -> object:
    if isinstance(value, str) and "\0" in value:
        raise place.error(field, "a NUL character", "Remove it.")
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_jsonable(item, field, place) for item in value]
    if isinstance(value, dict):
        return {str(key): _jsonable(item, field, place) for key, item in value.items()}
    if isinstance(value, bytes):
        raise place.error(field, "bytes, not text", "Store the column as strings, or leave it out.")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)  # decimals, durations, UUIDs


def _broken(file: str, reason: Exception) -> InputError:
    said = str(reason).partition("\n")[0]
    return Place(file).error(None, f"broken Parquet file ({said})", "Write or download the file again.")


def _too_large(file: str, limits: Limits) -> InputError:
    return Place(file).error(
        None,
        f"unpacks to more than {limits.max_bytes_out:,} bytes",
        "If the file is meant to be that large, raise the option max_bytes_out.",
    )
