"""Records out of any of the formats: which one it is shows in the content, else in the file's name."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from evalhub.formats.archive import Compression
from evalhub.formats.jsonl import json_records
from evalhub.formats.layout import Role
from evalhub.formats.limits import Limits
from evalhub.formats.lines import BOM, lines_of
from evalhub.formats.parquet import parquet_records
from evalhub.formats.record import Record
from evalhub.formats.source import OpenedSource, Source, open_source
from evalhub.formats.table import table_records

Format = Literal["jsonl", "csv", "tsv", "parquet"]

_BY_SUFFIX: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
}
_PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class RecordReader:
    """An open file as records.

    Attributes:
        file: its name in errors.
        columns: of the header; None where every record names its own fields (JSONL).
    """

    file: str
    format: Format
    compression: Compression
    columns: list[str] | None
    records: Iterator[Record]


def format_of(opened: OpenedSource) -> Format:
    """Tell the format of an open file."""
    head = opened.head
    if head.startswith(_PARQUET_MAGIC):
        return "parquet"
    if by_suffix := _BY_SUFFIX.get(PurePosixPath(opened.data_name).suffix.lower()):
        return by_suffix
    start = head.removeprefix(BOM).lstrip()
    if start.startswith((b"{", b"[")):
        return "jsonl"
    return "tsv" if b"\t" in start.split(b"\n", 1)[0] else "csv"


def records_of(opened: OpenedSource, limits: Limits, stack: ExitStack) -> RecordReader:
    """Read an open file as records; `stack` closes what reading needs.

    Raises:
        InputError: from here for a broken header, from the records for everything later.
    """
    kind = format_of(opened)
    columns: list[str] | None = None
    if kind == "parquet":
        columns, records = parquet_records(opened, limits, stack)
        return RecordReader(opened.file, kind, opened.compression, columns, records)
    lines = lines_of(opened.stream, opened.file, limits.max_line_bytes)
    if kind == "jsonl":
        records = json_records(lines, opened.file)
    else:
        delimiter = "," if kind == "csv" else "\t"
        columns, records = table_records(lines, delimiter, opened.file, limits.max_line_bytes)
    return RecordReader(opened.file, kind, opened.compression, columns, records)


@contextmanager
def open_records(source: Source, role: Role, limits: Limits) -> Iterator[RecordReader]:
    """Open the file of a source that plays `role`, as records."""
    with ExitStack() as stack:
        opened = stack.enter_context(open_source(source, role, limits))
        yield records_of(opened, limits, stack)
