"""A corpus on its way in: checked as a whole on disk before anything is stored for good."""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evalhub.core.digest import text_digest
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.documents import DOCUMENTS, DocumentRow, document_rows
from evalhub.formats.errors import Place
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.reader import RecordReader, open_records
from evalhub.formats.scratch import scratch_database
from evalhub.formats.source import Source
from evalhub.formats.values import duplicate_id

FOLDER_PREFIX = "staging-"
"""What is left in the folder under this prefix belongs to an import that was killed."""

_COLUMNS = "doc_id, title, text, metadata, digest, row_digest"
# Sorted, so that equal metadata gives equal digests whatever the order of its keys.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
# Below the 999 variables that old SQLite libraries allow in a statement.
_FETCH = 500
_TELL_EVERY = 1000


@dataclass(frozen=True, slots=True)
class StagedDocument:
    """A checked document.

    Attributes:
        digest: of title and text, which is what a model sees.
        row_digest: of the metadata too, so that a change of either shows.
    """

    doc_id: str
    title: str
    text: str
    metadata: dict[str, object]
    digest: str
    row_digest: str


class StagedDocuments:
    """Documents with unique ids in a temporary file; made by `stage_documents`."""

    def __init__(self, database: sqlite3.Connection, n_empty: int) -> None:
        self._database = database
        self.n_empty = n_empty
        """Documents with neither title nor text, few enough to be let in."""
        (self.count,) = database.execute("SELECT COUNT(*) FROM document").fetchone()

    def batches(self, size: int = 1000) -> Iterator[list[StagedDocument]]:
        """Yield all documents by the code points of their doc_id, at most `size` at a time."""
        found = self._database.execute(f"SELECT {_COLUMNS} FROM document ORDER BY doc_id")  # noqa: S608  # a constant
        while batch := found.fetchmany(size):
            yield [_document(values) for values in batch]

    def fetch(self, doc_ids: Sequence[str]) -> Iterator[StagedDocument]:
        """Yield the documents with these ids, in no order; ids that are not there are passed over."""
        for start in range(0, len(doc_ids), _FETCH):
            some = doc_ids[start : start + _FETCH]
            marks = ", ".join("?" * len(some))
            query = f"SELECT {_COLUMNS} FROM document WHERE doc_id IN ({marks})"  # noqa: S608  # marks only
            yield from map(_document, self._database.execute(query, some))

    def mean_chars(self) -> float:
        """Return the characters of title and text of a document, on average."""
        (mean,) = self._database.execute("SELECT AVG(LENGTH(title) + LENGTH(text)) FROM document").fetchone()
        return float(mean or 0.0)

    def known(self, doc_ids: Sequence[str]) -> set[str]:
        """Return those of the ids that are there."""
        return {document.doc_id for document in self.fetch(doc_ids)}


@contextmanager
def stage_documents(
    source: Source,
    folder: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    columns: ColumnMapping | None = None,
    tell: Callable[[int], None] = lambda n_read: None,
) -> Iterator[StagedDocuments]:
    """Read a whole corpus into a temporary file in `folder`, which goes when the context ends.

    `tell` hears now and then how many documents were read.

    Raises:
        InputError: anything `read_documents` refuses, or an id that comes twice.
    """
    with (
        open_records(source, "corpus", limits) as reader,
        tempfile.TemporaryDirectory(dir=folder, prefix=FOLDER_PREFIX) as own_folder,
        scratch_database(str(Path(own_folder, "documents.sqlite3"))) as database,
    ):
        n_empty = _fill(database, reader, limits, columns, tell)
        yield StagedDocuments(database, n_empty)


def _fill(
    database: sqlite3.Connection,
    reader: RecordReader,
    limits: Limits,
    columns: ColumnMapping | None,
    tell: Callable[[int], None],
) -> int:
    database.execute(
        "CREATE TABLE document (doc_id TEXT PRIMARY KEY, title TEXT, text TEXT, metadata TEXT,"
        " digest TEXT, row_digest TEXT, line INT)"
    )
    n_empty = 0
    for n_read, row in enumerate(document_rows(reader, limits, columns), start=1):
        if n_read % _TELL_EVERY == 0:
            tell(n_read)
        inserted = database.execute(
            "INSERT OR IGNORE INTO document VALUES (?, ?, ?, ?, ?, ?, ?)", _values(row)
        )
        if not inserted.rowcount:
            by_id = "SELECT line FROM document WHERE doc_id = ?"
            (first_line,) = database.execute(by_id, (row.doc_id,)).fetchone()
            field = (columns or {}).get("doc_id", DOCUMENTS.names["doc_id"][0])
            raise duplicate_id(Place(reader.file, row.line), field, row.doc_id, first_line)
        n_empty += row.is_empty
    return n_empty


def _values(row: DocumentRow) -> tuple[str, str, str, str, str, str, int]:
    metadata = _CANONICAL.encode(row.metadata)
    digest = text_digest(row.title, row.text)
    return row.doc_id, row.title, row.text, metadata, digest, text_digest(digest, metadata), row.line


def _document(values: tuple[str, str, str, str, str, str]) -> StagedDocument:
    doc_id, title, text, metadata, digest, row_digest = values
    return StagedDocument(doc_id, title, text, json.loads(metadata), digest, row_digest)
