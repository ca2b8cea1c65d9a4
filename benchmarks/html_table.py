"""Read the tables of a page."""

from html.parser import HTMLParser


class TableCells(HTMLParser):
    """The cells of all rows of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._is_in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in {"td", "th"}:
            self._is_in_cell = False

    def handle_data(self, data: str) -> None:
        """Take a cell's text."""
        if self._is_in_cell:
            self.rows[-1][-1] += data
