"""Reading a corpus."""

from collections.abc import Iterator
from typing import NamedTuple

from evalhub.formats.columns import ColumnMapping, Columns, Schema
from evalhub.formats.errors import InputError, Place
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.reader import RecordReader, open_records
from evalhub.formats.source import Source
from evalhub.formats.values import id_of, metadata_of, text_of

DOCUMENTS = Schema(
    names={
        "doc_id": ("_id", "id", "doc_id"),
        "title": ("title",),
        "text": ("text",),
        "metadata": ("metadata",),
    },
    required=("doc_id", "text"),
)


class DocumentRow(NamedTuple):
    """A document; fields of the file that have no place of their own are in its metadata."""

    line: int
    doc_id: str
    title: str
    text: str
    metadata: dict[str, object]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.text.strip() and not self.title.strip()


def read_documents(
    source: Source, *, limits: Limits = DEFAULT_LIMITS, columns: ColumnMapping | None = None
) -> Iterator[DocumentRow]:
    """Read the documents of a file, a BEIR folder or an archive, in its order.

    Ids may repeat: `StagedDocuments` sees to that.

    Raises:
        InputError: anything that is wrong, at its line; too many empty documents, at the end.
    """
    with open_records(source, "corpus", limits) as reader:
        yield from document_rows(reader, limits, columns)


def document_rows(
    reader: RecordReader, limits: Limits, mapping: ColumnMapping | None
) -> Iterator[DocumentRow]:
    """Turn records into documents; see `read_documents`."""
    columns = Columns(DOCUMENTS, mapping, reader.file)
    if reader.columns is not None:
        columns.check_header(reader.columns)
    n_rows = n_empty = first_empty = 0
    for record in reader.records:
        fields, rest = columns.split(record.fields)
        row = _row(fields, rest, columns, record.place, limits)
        n_rows += 1
        if row.is_empty:
            n_empty += 1
            first_empty = first_empty or row.line
        yield row
    if not n_rows:
        raise Place(reader.file).error(None, "no documents", "Check that this is the file you meant.")
    if n_empty > limits.max_empty_share * n_rows:
        raise _empty(Place(reader.file, first_empty), columns, n_empty, n_rows)


def _row(
    fields: dict[str, object], rest: dict[str, object], columns: Columns, place: Place, limits: Limits
) -> DocumentRow:
    doc_id = id_of(fields.get("doc_id"), columns.shown["doc_id"], place, unique=True)
    text_name = columns.shown["text"]
    if "text" not in fields:
        raise place.error(text_name, "missing", "Give every document a text; it may be empty beside a title.")
    text = text_of(fields["text"], text_name, place)
    title = text_of(fields.get("title"), columns.shown["title"], place)
    if len(title) + len(text) > limits.max_document_chars:
        raise _too_long(place, text_name, len(title) + len(text), limits)
    metadata = rest | metadata_of(fields.get("metadata"), columns.shown["metadata"], place)
    return DocumentRow(place.line or 0, doc_id, title, text, metadata)


def _too_long(place: Place, field: str, n_chars: int, limits: Limits) -> InputError:
    return place.error(
        field,
        f"a document of {n_chars:,} characters, more than {limits.max_document_chars:,}",
        "Split it into passages, or raise the option max_document_chars.",
    )


def _empty(place: Place, columns: Columns, n_empty: int, n_rows: int) -> InputError:
    return place.error(
        columns.shown["text"],
        f"empty, and so is the title ({n_empty:,} of {n_rows:,} documents; this is the first)",
        "Fill or remove them, check that the columns are right, or raise the option max_empty_share.",
    )
