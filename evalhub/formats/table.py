"""CSV and TSV with a header (RFC 4180 quoting in both)."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from evalhub.formats.errors import InputError, Place
from evalhub.formats.lines import Line
from evalhub.formats.record import Record

# The module's own limit of 131,072 characters in a cell is for the whole process; _Feed bounds what is held.
csv.field_size_limit(2**31 - 1)


class _Feed:
    """Lines as the csv module wants them, counting what the current record has swallowed."""

    def __init__(self, lines: Iterator[Line], file: str, max_record_chars: int) -> None:
        self._lines = lines
        self._file = file
        self._max_record_chars = max_record_chars
        self._held = 0
        self.next_number = 1

    def start_record(self) -> int:
        """Forget the last record; return the line where the next one begins."""
        self._held = 0
        return self.next_number

    def __iter__(self) -> Iterator[str]:
        for number, text in self._lines:
            self.next_number = number + 1
            self._held += len(text)
            if self._held > self._max_record_chars:
                raise Place(self._file, number).error(
                    None,
                    f"a record of more than {self._max_record_chars:,} characters; a quote may not be closed",
                    "Close it, or raise the option max_line_bytes.",
                )
            yield text + "\n"


def table_header(text: str, delimiter: str) -> list[str]:
    """Split a header line into its column names."""
    # Lines of old Macs end in a carriage return alone, which the csv module refuses within one.
    return next(csv.reader([text.partition("\r")[0]], delimiter=delimiter), [])


def repeated_columns(columns: Sequence[str]) -> list[str]:
    """Names of several columns: of their values one would be dropped."""
    return sorted(name for name, n in Counter(columns).items() if n > 1)


def table_records(
    lines: Iterator[Line], delimiter: str, file: str, max_record_chars: int
) -> tuple[list[str], Iterator[Record]]:
    """Read the header, and the rows as they are asked for; every value is a str.

    Raises:
        InputError: no header, a column named twice, uneven rows, unbalanced quotes.
    """
    feed = _Feed(lines, file, max_record_chars)
    rows = _rows(feed, delimiter, file)
    _, header = next(rows, (0, []))
    columns = [name.strip() or f"column {position}" for position, name in enumerate(header, 1)]
    if repeated := repeated_columns(columns):
        raise Place(file, 1).error(repeated[0], "a column named twice", "Rename one of them.")
    return columns, _records(rows, columns, file)


def _rows(feed: _Feed, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        line = feed.start_record()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _bad_quotes(Place(file, line), error) from error
        if cells is None:
            return
        if cells:
            yield line, cells


def _bad_quotes(place: Place, error: csv.Error) -> InputError:
    return place.error(
        None,
        f"not a table row ({error})",
        'Put cells with delimiters, quotes or line breaks in quotes, and write a quote inside them as "".',
    )


def _records(rows: Iterable[tuple[int, list[str]]], columns: list[str], file: str) -> Iterator[Record]:
    for line, cells in rows:
        place = Place(file, line)
        if len(cells) != len(columns):
            raise place.error(
                None,
                f"{len(cells)} cells where the header has {len(columns)}",
                "Put cells that hold the delimiter in quotes, and keep empty cells.",
            )
        yield Record(place, dict(zip(columns, cells, strict=True)))
