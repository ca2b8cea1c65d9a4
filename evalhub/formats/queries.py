"""Reading queries."""

from collections.abc import Iterator
from typing import NamedTuple

from evalhub.formats.columns import ColumnMapping, Columns, Schema
from evalhub.formats.errors import Place
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.reader import RecordReader, open_records
from evalhub.formats.source import Source
from evalhub.formats.values import duplicate_id, id_of, kind_of, metadata_of, text_of

QUERIES = Schema(
    names={
        "query_id": ("_id", "id", "query_id"),
        "text": ("text", "query"),
        # TREC topics call the information need a narrative or a description.
        "need": ("need", "narrative", "description"),
        "tags": ("tags",),
        "metadata": ("metadata",),
    },
    required=("query_id", "text"),
)


class QueryRow(NamedTuple):
    """A query; `need` says in the user's words what would satisfy it ("" where nobody said)."""

    line: int
    query_id: str
    text: str
    need: str
    tags: tuple[str, ...]
    metadata: dict[str, object]


def read_queries(
    source: Source, *, limits: Limits = DEFAULT_LIMITS, columns: ColumnMapping | None = None
) -> Iterator[QueryRow]:
    """Read the queries of a file, a BEIR folder or an archive, in its order; ids are unique.

    Raises:
        InputError: anything that is wrong, at its line; no query at all, at the end.
    """
    with open_records(source, "queries", limits) as reader:
        yield from query_rows(reader, columns)


def query_rows(reader: RecordReader, mapping: ColumnMapping | None) -> Iterator[QueryRow]:
    """Turn records into queries; see `read_queries`."""
    columns = Columns(QUERIES, mapping, reader.file)
    if reader.columns is not None:
        columns.check_header(reader.columns)
    line_of: dict[str, int] = {}
    for record in reader.records:
        fields, rest = columns.split(record.fields)
        row = _row(fields, rest, columns, record.place)
        if row.query_id in line_of:
            raise duplicate_id(record.place, columns.shown["query_id"], row.query_id, line_of[row.query_id])
        line_of[row.query_id] = row.line
        yield row
    if not line_of:
        raise Place(reader.file).error(None, "no queries", "Check that this is the file you meant.")


def _row(fields: dict[str, object], rest: dict[str, object], columns: Columns, place: Place) -> QueryRow:
    query_id = id_of(fields.get("query_id"), columns.shown["query_id"], place, unique=True)
    text = text_of(fields.get("text"), columns.shown["text"], place)
    if not text.strip():
        raise place.error(
            columns.shown["text"], "missing" if "text" not in fields else "empty", "Give every query a text."
        )
    need = text_of(fields.get("need"), columns.shown["need"], place)
    tags = _tags(fields.get("tags"), columns.shown["tags"], place)
    metadata = rest | metadata_of(fields.get("metadata"), columns.shown["metadata"], place)
    return QueryRow(place.line or 0, query_id, text, need, tags, metadata)


def _tags(value: object, field: str, place: Place) -> tuple[str, ...]:
    if value is None:
        return ()
    tags = value.split(",") if isinstance(value, str) else value
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise place.error(field, f"{kind_of(value)}, not tags", 'Write "head, brand" or a list of texts.')
    return tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
