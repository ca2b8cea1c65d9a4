"""A look at the first rows of a file, to map its columns and see what is odd before the import."""

from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from evalhub.core.trec import TrecLineError
from evalhub.formats.archive import Compression
from evalhub.formats.columns import Schema
from evalhub.formats.documents import DOCUMENTS
from evalhub.formats.errors import InputError, Place
from evalhub.formats.grades import GRADES
from evalhub.formats.layout import Role
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.lines import BOM, lines_of
from evalhub.formats.pairs import PairFormat, has_named_columns
from evalhub.formats.queries import QUERIES
from evalhub.formats.reader import Format, records_of
from evalhub.formats.runs import RUN
from evalhub.formats.source import OpenedSource, Source, open_source

SCHEMAS: dict[Role, Schema] = {
    "corpus": DOCUMENTS,
    "queries": QUERIES,
    "qrels": GRADES.schema,
    "run": RUN.schema,
}
_PAIRS: dict[Role, PairFormat[Any]] = {"qrels": GRADES, "run": RUN}
_TREC_COLUMNS = {
    "qrels": ["query_id", "(unused)", "doc_id", "grade"],
    "run": ["query_id", "(unused)", "doc_id", "rank", "score", "tag"],
}


@dataclass(frozen=True, slots=True)
class Detected:
    """What a file turns out to be.

    Attributes:
        columns: of the header; in JSONL the keys of the first rows, in order of appearance.
        rows: the first rows, as they are.
    """

    file: str
    format: Format | Literal["trec"]
    compression: Compression
    columns: list[str]
    rows: list[dict[str, object]]


def detect(source: Source, role: Role, *, n_rows: int = 5, limits: Limits = DEFAULT_LIMITS) -> Detected:
    """Read the first rows without asking what their fields mean.

    Raises:
        InputError: the file cannot be read, or one of these rows.
    """
    with ExitStack() as stack:
        opened = stack.enter_context(open_source(source, role, limits))
        if _is_trec(opened, role):
            return _bare_lines(opened, role, n_rows, limits)
        reader = records_of(opened, limits, stack)
        rows = [record.fields for record in islice(reader.records, n_rows)]
        columns = reader.columns
        if columns is None:
            columns = list(dict.fromkeys(name for row in rows for name in row))
        return Detected(reader.file, reader.format, reader.compression, columns, rows)


def _is_trec(opened: OpenedSource, role: Role) -> bool:
    """Whether the first line is one of TREC's, and no header with names of any kind."""
    kind = _PAIRS.get(role)
    if kind is None or has_named_columns(opened, kind.schema):
        return False
    first = opened.head.removeprefix(BOM).lstrip().partition(b"\n")[0].decode(errors="replace")
    try:
        kind.from_line(first.strip(), Place(opened.file, 1))
    except (TrecLineError, InputError):
        return False
    return True


def _bare_lines(opened: OpenedSource, role: Role, n_rows: int, limits: Limits) -> Detected:
    """TREC files have no header; their columns are known by their place."""
    columns = _TREC_COLUMNS[role]
    lines = lines_of(opened.stream, opened.file, limits.max_line_bytes)
    filled = (text.split() for _, text in lines if text and not text.isspace())
    rows: list[dict[str, object]] = [
        dict(zip(columns, cells, strict=False)) for cells in islice(filled, n_rows)
    ]
    return Detected(opened.file, "trec", opened.compression, columns, rows)
