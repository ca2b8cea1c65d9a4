"""What qrels and runs have in common: records with named columns, or bare TREC lines."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from evalhub.core.trec import TrecLineError
from evalhub.formats.columns import ColumnMapping, Columns, Schema
from evalhub.formats.errors import InputError, Place
from evalhub.formats.layout import Role
from evalhub.formats.limits import Limits
from evalhub.formats.lines import BOM, lines_of
from evalhub.formats.reader import format_of, records_of
from evalhub.formats.source import OpenedSource, Source, open_source
from evalhub.formats.table import table_header

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PairFormat(Generic[Row]):
    """How a kind of pair file is read.

    Attributes:
        from_fields: makes a row of a record's known fields.
        from_line: makes a row of a TREC line; may raise TrecLineError.
    """

    role: Role
    schema: Schema
    from_fields: Callable[[dict[str, object], Columns, Place], Row]
    from_line: Callable[[str, Place], Row]


@contextmanager
def open_pairs(
    source: Source, kind: PairFormat[Row], limits: Limits, mapping: ColumnMapping | None
) -> Iterator[tuple[str, Iterator[Row]]]:
    """Open qrels or a run; yields the file's name in errors and its rows, in its order."""
    with ExitStack() as stack:
        opened = stack.enter_context(open_source(source, kind.role, limits))
        if mapping or has_named_columns(opened, kind.schema):
            yield opened.file, _from_records(opened, kind, limits, mapping, stack)
        else:
            yield opened.file, _from_lines(opened, kind, limits)


def has_named_columns(opened: OpenedSource, schema: Schema) -> bool:
    """Tell records whose fields have names from bare TREC lines."""
    if opened.head.startswith(b"PAR1"):
        return True
    start = opened.head.removeprefix(BOM).lstrip()
    if start.startswith((b"{", b"[")):
        return True
    first_line = start.partition(b"\n")[0].decode(errors="replace").strip()
    delimiter = "," if format_of(opened) == "csv" else "\t"
    return not schema.all_names.isdisjoint(table_header(first_line, delimiter))


def _from_records(
    opened: OpenedSource,
    kind: PairFormat[Row],
    limits: Limits,
    mapping: ColumnMapping | None,
    stack: ExitStack,
) -> Iterator[Row]:
    reader = records_of(opened, limits, stack)
    columns = Columns(kind.schema, mapping, opened.file)
    if reader.columns is not None:
        columns.check_header(reader.columns)
    for record in reader.records:
        fields, _ = columns.split(record.fields)
        yield kind.from_fields(fields, columns, record.place)


def _from_lines(opened: OpenedSource, kind: PairFormat[Row], limits: Limits) -> Iterator[Row]:
    for number, text in lines_of(opened.stream, opened.file, limits.max_line_bytes):
        if not text or text.isspace():
            continue
        place = Place(opened.file, number)
        try:
            row = kind.from_line(text, place)
        except TrecLineError as error:
            raise InputError(opened.file, number, error.field, error.problem, error.remedy) from error
        yield row
