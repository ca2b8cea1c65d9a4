"""A text as people read it beside a query: its terms marked, a long one folded around them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evalhub.core.terms import Span, Terms

LEAD_CHARACTERS = 40  # before the first term of a passage
MOST_SPANS = 100  # looked at to choose passages
EDGE_CHARACTERS = 20  # how far a cut may move to fall between words


@dataclass(frozen=True, slots=True)
class Folding:
    """How much of a long text is left, in characters; a text up to `whole` is not worth folding.

    Attributes:
        beginning: shown of a long text that has no term.
    """

    whole: int = 480
    passage: int = 180
    most_passages: int = 3
    beginning: int = 300


IN_LISTS = Folding()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, marked where it is a term."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text; `is_cut_before` and `is_cut_after` say that the text goes on there."""

    pieces: Sequence[Piece]
    is_cut_before: bool
    is_cut_after: bool


def marked(text: str, terms: Terms) -> list[Piece]:
    """The whole text."""
    return list(_pieces(text, terms.spans(text), 0, len(text)))


def folded(
    text: str, terms: Terms, *, n_characters: int | None = None, folding: Folding = IN_LISTS
) -> list[Passage]:
    """The passages that hold most of the terms, in their order; the beginning where there is no term.

    Args:
        text: the beginning of a document, or all of it.
        terms: of the query.
        n_characters: of the document, where `text` is only its beginning.
        folding: how much is left.
    """
    length = n_characters if n_characters is not None else len(text)
    spans = terms.spans(text)
    if length <= folding.whole:
        stretches = [(0, len(text))]
    elif spans:
        stretches = _joined(_best(text, spans[:MOST_SPANS], folding))
    else:
        stretches = [(0, _between_words(text, min(len(text), folding.beginning)))]
    return [
        Passage(list(_pieces(text, spans, start, end)), start > 0, end < length) for start, end in stretches
    ]


def _best(text: str, spans: Sequence[Span], folding: Folding) -> list[tuple[int, int]]:
    """Some stretches: each time the one with most terms that no earlier one shows."""
    shown: set[str] = set()
    chosen: list[tuple[int, int]] = []
    for _ in range(folding.most_passages):
        free = [span for span in spans if not any(start <= span.start < end for start, end in chosen)]
        if not free:
            break
        windows = [_window(free, at, folding.passage) for at in range(len(free))]
        # The first of equals: the beginning of a document says most of it.
        best = max(windows, key=lambda window: (len({s.term for s in window} - shown), len(window)))
        shown.update(span.term for span in best)
        chosen.append(_stretch(text, best, folding.passage))
    return chosen


def _window(spans: Sequence[Span], first: int, n_characters: int) -> list[Span]:
    limit = spans[first].start + n_characters - LEAD_CHARACTERS
    found: list[Span] = []
    for span in spans[first:]:
        if span.end > limit:
            break
        found.append(span)
    return found or [spans[first]]


def _stretch(text: str, window: Sequence[Span], n_characters: int) -> tuple[int, int]:
    start = max(0, window[0].start - LEAD_CHARACTERS)
    end = max(window[-1].end, min(len(text), start + n_characters))
    return (_after_blank(text, start, window[0].start), _between_words(text, end, least=window[-1].end))


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _after_blank(text: str, start: int, limit: int) -> int:
    if start == 0:
        return 0
    edge = min(start + EDGE_CHARACTERS, limit)
    return next((at + 1 for at in range(start, edge) if text[at].isspace()), start)


def _between_words(text: str, end: int, least: int = 0) -> int:
    if end >= len(text):
        return len(text)
    edge = max(end - EDGE_CHARACTERS, least)
    return next((at for at in range(end, edge, -1) if text[at].isspace()), end)


def _pieces(text: str, spans: Sequence[Span], start: int, end: int) -> Iterator[Piece]:
    at = start
    for span in spans:
        if span.start < start or span.end > end:
            continue
        if span.start > at:
            yield Piece(text[at : span.start], False)
        yield Piece(text[span.start : span.end], True)
        at = span.end
    if at < end:
        yield Piece(text[at:end], False)
