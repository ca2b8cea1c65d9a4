"""What is odd about the first rows of a file, and whether the import would take them."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from evalhub.formats.columns import ColumnMapping
from evalhub.formats.documents import DOCUMENTS, document_rows
from evalhub.formats.errors import InputError, Place
from evalhub.formats.grades import GRADES
from evalhub.formats.layout import Role
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.pairs import open_pairs
from evalhub.formats.queries import query_rows
from evalhub.formats.reader import open_records
from evalhub.formats.runs import RUN
from evalhub.formats.source import Source
from evalhub.formats.values import duplicate_id

MAX_ROWS = 2_000
MAX_CHARS = 8_000_000
SHORT_DOCUMENT_CHARS = 20

Rows = tuple[str, Iterator[Any]]
Tally = Callable[[Any, str], None]
"""Counts a row of a file in; raises InputError where the import would refuse it."""


@dataclass(slots=True)
class Profile:
    """What the first rows are like.

    Attributes:
        is_whole: nothing comes after them.
        n_texts: distinct texts of documents or queries.
        grades: how often each grade comes, in a file of grades.
        refusal: what the import would say; the rows after it were not looked at.
    """

    n_rows: int = 0
    is_whole: bool = False
    n_empty: int = 0
    n_short: int = 0
    n_chars: int = 0
    n_texts: int = 0
    grades: Counter[int] = field(default_factory=Counter)
    query_ids: set[str] = field(default_factory=set)
    refusal: InputError | None = None

    @property
    def n_repeated(self) -> int:
        """Rows whose text came before."""
        return self.n_rows - self.n_empty - self.n_texts if self.n_texts else 0

    @property
    def mean_chars(self) -> float:
        """Characters of a row's text, on average."""
        return self.n_chars / self.n_rows if self.n_rows else 0.0


def profile(
    source: Source,
    role: Role,
    *,
    columns: ColumnMapping | None = None,
    limits: Limits = DEFAULT_LIMITS,
    n_rows: int = MAX_ROWS,
) -> Profile:
    """Read the first rows as the import would; what it would refuse is in the profile and not raised."""
    found = Profile()
    tally = _TALLIES[role](found, columns or {})
    try:
        with _rows(source, role, columns, limits) as (file, rows):
            for row in rows:
                tally(row, file)
                found.n_rows += 1
                if found.n_rows >= n_rows or found.n_chars >= MAX_CHARS:
                    break
            found.is_whole = next(rows, None) is None
    except InputError as error:
        found.refusal = error
    return found


@contextmanager
def _rows(source: Source, role: Role, columns: ColumnMapping | None, limits: Limits) -> Iterator[Rows]:
    with ExitStack() as stack:
        if role == "qrels":
            yield stack.enter_context(open_pairs(source, GRADES, limits, columns))
        elif role == "run":
            yield stack.enter_context(open_pairs(source, RUN, limits, columns))
        else:
            reader = stack.enter_context(open_records(source, role, limits))
            is_corpus = role == "corpus"
            rows = document_rows(reader, limits, columns) if is_corpus else query_rows(reader, columns)
            yield reader.file, rows


def _documents(found: Profile, columns: ColumnMapping) -> Tally:
    id_name = columns.get("doc_id", DOCUMENTS.names["doc_id"][0])
    lines: dict[str, int] = {}
    texts: set[int] = set()

    def tally(row: Any, file: str) -> None:
        first = lines.setdefault(row.doc_id, row.line)
        if first != row.line:
            raise duplicate_id(Place(file, row.line), id_name, row.doc_id, first)
        n_chars = len(row.title) + len(row.text)
        found.n_chars += n_chars
        found.n_empty += row.is_empty
        found.n_short += not row.is_empty and n_chars < SHORT_DOCUMENT_CHARS
        if not row.is_empty:
            texts.add(hash((row.title, row.text)))
        found.n_texts = len(texts)

    return tally


def _queries(found: Profile, columns: ColumnMapping) -> Tally:
    texts: set[str] = set()

    def tally(row: Any, file: str) -> None:
        found.n_chars += len(row.text)
        texts.add(row.text.strip().casefold())
        found.n_texts = len(texts)

    return tally


def _pairs(found: Profile, columns: ColumnMapping) -> Tally:
    def tally(row: Any, file: str) -> None:
        if row is None:  # a line that says a pair was never judged
            return
        found.query_ids.add(row.query_id)
        if hasattr(row, "grade"):
            found.grades[row.grade] += 1

    return tally


_TALLIES: dict[Role, Callable[[Profile, ColumnMapping], Tally]] = {
    "corpus": _documents,
    "queries": _queries,
    "qrels": _pairs,
    "run": _pairs,
}
