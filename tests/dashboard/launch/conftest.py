"""The page that starts a campaign, used as a browser without scripts uses it."""

import io
import json
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.people import person
from tests.pipeline.conftest import Broker

URL = "/campaigns/new/"
CORPUS = "SKU,Bezeichnung\n" + "".join(
    f'K{n},"Kettle number {n} boils water in {n} minutes"\n' for n in range(12)
)
QUERIES = '{"_id": "q1", "text": "kettle"}\n{"_id": "q2", "text": "fast kettle"}\n'

Typed = dict[str, list[str]]


class _Fields(HTMLParser):
    """The successful controls of a form, as HTML defines them: what a browser would send."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Typed = {}
        self.options: dict[str, list[str]] = {}
        self._select: str | None = None
        self._option: dict[str, str | None] | None = None
        self._first: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name")
        if tag == "input" and name and "disabled" not in given:
            is_box = given.get("type") == "checkbox"
            if given.get("type") != "file" and (not is_box or "checked" in given):
                self._add(name, given.get("value") or ("on" if is_box else ""))
        elif tag == "select" and name:
            self._select, self._first = name, None
            self.options.setdefault(name, [])
        elif tag == "option" and self._select:
            self._option = given
            if given.get("value") is not None:
                self._take(str(given["value"]))

    def handle_data(self, data: str) -> None:
        if self._option is not None and self._option.get("value") is None:
            self._take(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            if self._first is not None:
                self._add(self._select, self._first)
            self._select = None

    def _take(self, value: str) -> None:
        assert self._select
        self.options[self._select].append(value)
        if "selected" in (self._option or {}):
            self._add(self._select, value)
            self._select_done()
        elif self._first is None and self._select not in self.found:
            self._first = value
        self._option = None

    def _select_done(self) -> None:
        self._first = None

    def _add(self, name: str, value: str) -> None:
        self.found.setdefault(name, []).append(value)


class Page:
    """A page as it was answered, and what to do on it."""

    def __init__(self, client: Client, answer: HttpResponse) -> None:
        self.client, self.answer = client, answer
        self.html = answer.content.decode()
        fields = _Fields()
        fields.feed(self.html)
        self.fields, self.options = fields.found, fields.options
        self.fields.pop("csrfmiddlewaretoken", None)

    def press(self, act: str, files: dict[str, SimpleUploadedFile] | None = None, **typed: Any) -> "Page":
        """Type, then press a button; a list is several boxes, None a box that is unticked."""
        data: dict[str, Any] = dict(self.fields)
        for name, value in typed.items():
            data[name] = value if isinstance(value, list) else [value]
        data = {name: value for name, value in data.items() if value != [None]}
        return Page(self.client, self.client.post(URL, data | {"act": act} | (files or {})))

    def upload(self, part: str, name: str, content: str | bytes) -> "Page":
        """Choose a file and press its button."""
        raw = content.encode() if isinstance(content, str) else content
        return self.press(f"upload:{part}", {f"{part}_file": SimpleUploadedFile(name, raw)})

    def error(self, element: str) -> str:
        """What is said to be wrong beside an element; it must be tied to it."""
        start = self.html.find(f'id="{element}-error"')
        assert start >= 0, f"nothing beside {element}"
        return _text(self.html[start : self.html.index("</p>", start)])

    @property
    def yaml(self) -> str:
        """What is shown as SPEC.yaml."""
        return _unescaped(_between(self.html, 'aria-label="SPEC.yaml"><code>', "</code>"))

    @property
    def curl(self) -> str:
        """What is shown as a command."""
        return _unescaped(_between(self.html, 'aria-label="curl"><code>', "</code>"))

    @property
    def summary(self) -> str:
        """The right side, in words."""
        return _text(_between(self.html, '<aside id="summary"', "</aside>"))


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def _unescaped(text: str) -> str:
    from html import unescape

    return unescape(text)


def _text(html: str) -> str:
    class Words(HTMLParser):
        words = ""

        def handle_data(self, data: str) -> None:
            self.words += f" {data}"

    reader = Words(convert_charrefs=True)
    reader.feed("<x " + html)
    return " ".join(reader.words.split())


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    """Keep the files of each test apart."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()


@pytest.fixture
def broker(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """Workers that work when they are told to."""
    broker = Broker()
    monkeypatch.setattr("evalhub.dispatch._send", broker.send)
    return broker


@pytest.fixture
def visit(broker: Broker, client: Client) -> Callable[..., Page]:
    """Open the page as somebody who signed in."""
    client.force_login(person("ada"))

    def opened(query: str = "") -> Page:
        return Page(client, client.get(URL + query))

    return opened


@pytest.fixture
def filled(visit: Callable[..., Page], broker: Broker) -> Page:
    """The page after corpus and queries were uploaded and imported."""
    page = visit().upload("corpus", "kettles.csv", CORPUS).press("use:corpus")
    broker.drain()
    page = page.press("update").upload("queries", "head.jsonl", QUERIES).press("use:queries")
    assert (page.fields["corpus"], page.fields["queries"]) == (["kettles"], ["head"])
    return page


def documents(rows: list[dict[str, Any]]) -> str:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def zipped(**members: str) -> bytes:
    """An archive; "_" in a name stands for a dot."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()
