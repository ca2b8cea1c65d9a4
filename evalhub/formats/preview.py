"""A look at the first rows of a corpus or query file, to map its columns before the import."""

from dataclasses import dataclass
from itertools import islice
from typing import Literal

from evalhub.formats.archive import Compression
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.reader import Format, open_records
from evalhub.formats.source import Source


@dataclass(frozen=True, slots=True)
class Detected:
    """What a file turns out to be.

    Attributes:
        columns: of the header; in JSONL the keys of the first rows, in order of appearance.
        rows: the first rows, as they are.
    """

    file: str
    format: Format
    compression: Compression
    columns: list[str]
    rows: list[dict[str, object]]


def detect(
    source: Source, role: Literal["corpus", "queries"], *, n_rows: int = 5, limits: Limits = DEFAULT_LIMITS
) -> Detected:
    """Read the first rows without asking what their fields mean.

    Raises:
        InputError: the file cannot be read, or one of these rows.
    """
    with open_records(source, role, limits) as reader:
        rows = [record.fields for record in islice(reader.records, n_rows)]
        columns = reader.columns
        if columns is None:
            columns = list(dict.fromkeys(name for row in rows for name in row))
        return Detected(reader.file, reader.format, reader.compression, columns, rows)
