"""Where the terms of a query occur in a text: whole words, whatever their case and accents.

Scripts that are written without blanks have no words to compare: of those, short sequences of characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from evalhub.core.stop_words import STOP_WORDS

MOST_QUERY_CHARACTERS = 2_000
SHORTEST = 2  # of a Latin term: single letters are everywhere

# Accents, and the points of Hebrew and Arabic, are left out; other marks (vowel signs) make other words.
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_MARKS = "".join(
    re.escape(chr(code)) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)).startswith("M")
)
_IDEOGRAPHIC = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003134f"
)
_SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_LETTER = f"[^\\W{_IDEOGRAPHIC}{_SOUTH_EAST_ASIAN}]"
_RUN = re.compile(
    f"(?P<ideographic>[{_IDEOGRAPHIC}]+)|(?P<unspaced>[{_SOUTH_EAST_ASIAN}]+)"
    f"|(?P<word>{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*)"
)
_ASCII_WORD = re.compile(r"\w+", re.ASCII)
_LENGTHS = {"ideographic": 2, "unspaced": 4}  # characters that are compared together


@dataclass(frozen=True, slots=True)
class Span:
    """Where a term occurs: characters `start` to `end` of a text."""

    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a query is worth marking: folded words, and sequences of characters by their script."""

    words: frozenset[str]
    sequences: frozenset[str]

    def spans(self, text: str) -> list[Span]:
        """Where they occur, in order and without overlaps."""
        if text.isascii():
            return list(self._in_ascii(text)) if self.words else []
        return list(self._found(text)) if self.words or self.sequences else []

    def _in_ascii(self, text: str) -> Iterator[Span]:
        # Most texts, and several times as fast.
        for run in _ASCII_WORD.finditer(text):
            if (term := run.group().lower()) in self.words:
                yield Span(run.start(), run.end(), term)

    def _found(self, text: str) -> Iterator[Span]:
        for run in _RUN.finditer(text):
            if run.lastgroup == "word":
                if self.words and (term := fold(run.group())) in self.words:
                    yield Span(run.start(), run.end(), term)
            elif self.sequences:
                yield from self._within(run.group(), run.start(), _LENGTHS[run.lastgroup or ""])

    def _within(self, run: str, offset: int, length: int) -> Iterator[Span]:
        start = end = -1
        for at, sequence in _sequences(run, length):
            if sequence not in self.sequences:
                continue
            if start >= 0 and at > end:
                yield Span(offset + start, offset + end, run[start:end])
                start = -1
            start, end = (at if start < 0 else start), at + len(sequence)
        if start >= 0:
            yield Span(offset + start, offset + end, run[start:end])


def query_terms(query: str) -> Terms:
    """The terms of a query; its stop words only where it has no other words."""
    words: list[str] = []
    sequences: set[str] = set()
    for run in _RUN.finditer(query[:MOST_QUERY_CHARACTERS]):
        if run.lastgroup == "word":
            words.append(fold(run.group()))
        else:
            length = _LENGTHS[run.lastgroup or ""]
            sequences.update(sequence for _, sequence in _sequences(run.group(), length))
    telling = {word for word in words if word not in STOP_WORDS and not _is_letter(word)}
    return Terms(frozenset(telling or (set() if sequences else words)), frozenset(sequences))


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word without what spelling varies: case, accents, ligatures and width."""
    if word.isascii():
        return word.lower()
    bare = _POINTS.sub("", unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFC", bare).casefold()


def _is_letter(word: str) -> bool:
    return len(word) < SHORTEST and word.isascii() and word.isalpha()


def _sequences(run: str, length: int) -> Iterator[tuple[int, str]]:
    """(position, characters) of every `length` characters in a row; of the whole run where it is shorter."""
    for at in range(max(1, len(run) - length + 1)):
        yield at, run[at : at + length]
