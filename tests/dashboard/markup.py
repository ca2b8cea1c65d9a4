"""Read pages: tables as lists of cell texts."""

from html.parser import HTMLParser

from django.http import HttpResponse


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append(("", []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in {"td", "th", "caption"}:
            self._into = []

    def handle_endtag(self, tag: str) -> None:
        if self._into is None or tag not in {"td", "th", "caption"}:
            return
        text = " ".join("".join(self._into).split())
        rows = self.tables[-1][1]
        if tag == "caption":
            self.tables[-1] = (text, rows)
        else:
            rows[-1].append(text)
        self._into = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._into is not None:
            self._into.append(data)


def read(response: HttpResponse) -> _Reader:
    """Parse a page that was answered with success."""
    assert response.status_code in {200, 286}, response.status_code
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader


def tables(response: HttpResponse, caption: str) -> list[list[list[str]]]:
    """The rows, without the head, of every table whose caption starts so."""
    return [rows[1:] for found, rows in read(response).tables if found.startswith(caption)]


def text(response: HttpResponse) -> str:
    """All that a person reads, in one line."""
    return " ".join("".join(read(response).texts).split())
