"""The body of a prompt: its placeholders, and the rules about where they may stand, line by line."""

import string
from collections.abc import Iterable
from dataclasses import dataclass

from raters.fence import closing, opening
from raters.spelling import misspelt

FIELDS = ("grades", "query", "need", "title", "text")
REQUIRED_FIELDS = ("grades", "query", "title", "text")


class UnableToReadPrompt(ValueError):
    """A prompt breaks a rule; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A literal and the placeholder after it ("" for none).

    Attributes:
        is_need: stands on the line of {need}, which is left out when a query has none.
    """

    literal: str
    field: str
    is_need: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A body in its four parts; see `raters.rubric.RenderedPrompt`."""

    rubric: tuple[Piece, ...]
    query: tuple[Piece, ...]
    document: tuple[Piece, ...]
    question: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    pieces: tuple[Piece, ...]

    @property
    def fields(self) -> list[str]:
        return [piece.field for piece in self.pieces if piece.field]


def parse_template(body: str, source: str, first_line: int) -> Template:
    """Split a body into rubric, query, document and question.

    Args:
        body: the text below the front matter.
        source: the file, for errors.
        first_line: the number of the body's first line in that file.

    Raises:
        UnableToReadPrompt: an unknown, missing or misplaced placeholder, or a missing fence.
    """
    numbered = enumerate(body.splitlines(keepends=True), start=first_line)
    lines = [_parse_line(text, number, source) for number, text in numbered]
    start = _fence_line(lines, opening("document"), source)
    end = _fence_line(lines, closing("document"), source)
    before, document, after = lines[: start + 1], lines[start + 1 : end], lines[end:]
    _check_document(document, source)
    _check_around([*before, *after], source)
    _check_complete(before, source)
    untrusted = next(i for i, line in enumerate(before) if {"query", "need"} & set(line.fields))
    return Template(
        rubric=_pieces(before[:untrusted]),
        query=_pieces(before[untrusted:]),
        document=_pieces(document),
        # The line end before the fence belongs to no document, so that cutting one leaves the fence whole.
        question=(Piece("\n", "", is_need=False), *_pieces(after)),
    )


def _parse_line(text: str, number: int, source: str) -> _Line:
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError as error:
        raise UnableToReadPrompt(
            f"{source}, line {number}: {error}; write a placeholder as {{query}}, a brace as {{{{ or }}}}"
        ) from error
    for _, field, spec, conversion in parsed:
        if field is not None:
            _check_field(field, bool(spec or conversion), f"{source}, line {number}")
    has_need = any(field == "need" for _, field, _, _ in parsed)
    pieces = tuple(Piece(literal, field or "", has_need) for literal, field, _, _ in parsed)
    return _Line(number, text.strip(), pieces)


def _check_field(field: str, is_formatted: bool, place: str) -> None:
    if field not in FIELDS:
        raise UnableToReadPrompt(f"{place}: unknown placeholder {{{field}}}; {misspelt(field, FIELDS)}")
    if is_formatted:
        raise UnableToReadPrompt(f"{place}: {{{field}}} takes no format; write only {{{field}}}")


def _fence_line(lines: list[_Line], tag: str, source: str) -> int:
    found = [i for i, line in enumerate(lines) if line.text == tag]
    if len(found) != 1:
        where = "" if not found else f", line {lines[found[1]].number}"
        raise UnableToReadPrompt(
            f"{source}{where}: {len(found)} lines {tag!r}; fence the document once, with "
            "'<document>' and '</document>' each on a line of its own"
        )
    return found[0]


def _check_document(lines: list[_Line], source: str) -> None:
    fields = [field for line in lines for field in line.fields]
    if fields != ["title", "text"] or not lines[-1].text.endswith("{text}"):
        where = f", line {lines[0].number}" if lines else ""
        raise UnableToReadPrompt(
            f"{source}{where}: between <document> and </document> stand {{title}} and then {{text}}, "
            "each once, {text} last and nothing after it"
        )


def _check_around(lines: Iterable[_Line], source: str) -> None:
    for line in lines:
        for field in {"title", "text"} & set(line.fields):
            raise UnableToReadPrompt(
                f"{source}, line {line.number}: {{{field}}} outside <document>; move it between the tags"
            )
        for field in {"query", "need"} & set(line.fields):
            fenced = f"{opening(field)}{{{field}}}{closing(field)}"
            if line.text.count(f"{{{field}}}") != line.text.count(fenced):
                raise UnableToReadPrompt(
                    f"{source}, line {line.number}: unfenced {{{field}}}; write {fenced}"
                )


def _check_complete(before: list[_Line], source: str) -> None:
    present = {field for line in before for field in line.fields} | {"title", "text"}
    for field in REQUIRED_FIELDS:
        if field not in present:
            raise UnableToReadPrompt(
                f"{source}: missing placeholder {{{field}}}; put it above the line <document>, which ends "
                "what all documents of a query share"
            )


def _pieces(lines: list[_Line]) -> tuple[Piece, ...]:
    return tuple(piece for line in lines for piece in line.pieces)
