"""What is different between two snapshots of a corpus, in pages by doc_id."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length, Substr

from evalhub.models import Document, Snapshot
from evalhub.selectors.documents import alive_in
from evalhub.selectors.order import codepoint_order

PER_PAGE = 25
# Read of each text to find where two of them part, and shown of it from a little before that place.
READ_CHARACTERS = 20_000
SHOWN_CHARACTERS = 700
LEAD_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Side:
    """A document as one of two snapshots has it; what is shown begins at character `start`.

    `differs` is what the other snapshot has otherwise, between what both have alike.
    """

    key: int
    title: str
    lead: str
    differs: str
    rest: str
    start: int
    size: int

    @property
    def shown(self) -> str:
        """All that is shown of the text."""
        return self.lead + self.differs + self.rest

    @property
    def end(self) -> int:
        """The character after the last that is shown."""
        return self.start + len(self.shown)


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that one of two snapshots lacks, or that both have with other contents."""

    doc_id: str
    old: Side | None
    new: Side | None

    @property
    def word(self) -> str:
        """What happened to it."""
        return "added" if self.old is None else "removed" if self.new is None else "changed"

    @property
    def is_same_text(self) -> bool:
        """Whether only what models do not see is different."""
        if self.old is None or self.new is None:
            return False
        sides = [(side.title, side.shown, side.size) for side in (self.old, self.new)]
        return sides[0] == sides[1]


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    """Differences in the order of doc_id; `following` as in `DocumentsPage`."""

    rows: Sequence[Difference]
    after: str
    following: str


def differences_page(old: Snapshot, new: Snapshot, *, after: str) -> DifferencesPage:
    """What is different in `new`, a later snapshot of the same corpus, for ids that come after `after`."""
    documents = Document.objects.filter(corpus=new.corpus_id)
    gone = Q(added_in__lte=old.number, removed_in__gt=old.number, removed_in__lte=new.number)
    came = Q(added_in__gt=old.number, added_in__lte=new.number) & alive_in(new.number)
    if new.number == old.number + 1:
        gone, came = Q(removed_in=new.number), Q(added_in=new.number) & alive_in(new.number)
    lost, won = (_read(documents.filter(one), after) for one in (gone, came))
    ids = sorted({*lost, *won})
    rows = [_difference(doc_id, lost.get(doc_id), won.get(doc_id)) for doc_id in ids[:PER_PAGE]]
    following = ids[PER_PAGE - 1] if len(ids) > PER_PAGE else ""
    return DifferencesPage([row for row in rows if row], after, following)


def _read(documents: QuerySet[Document], after: str) -> dict[str, dict[str, Any]]:
    """The next documents by doc_id, one more than a page holds."""
    order = codepoint_order("doc_id")
    rows = documents.annotate(order=order).filter(order__gt=after).order_by("order")
    found = rows.values(
        "doc_id",
        "row_digest",
        key=F("pk"),
        heading=Substr("title", 1, SHOWN_CHARACTERS),
        body=Substr("text", 1, READ_CHARACTERS),
        size=Length("text"),
    )
    return {row["doc_id"]: row for row in found[: PER_PAGE + 1]}


def _difference(doc_id: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Difference | None:
    """None for a document that went and came back as it was."""
    if old and new and old["row_digest"] == new["row_digest"]:
        return None
    if old is None or new is None:
        # There is nothing to hold it against, and nothing to mark.
        return Difference(doc_id, _side(old, 0, 0, READ_CHARACTERS), _side(new, 0, 0, READ_CHARACTERS))
    ours, theirs = old["body"], new["body"]
    n_same = _n_same(ours, theirs)
    if n_same == max(len(ours), len(theirs)):
        # The same as far as they were read: their beginnings.
        return Difference(doc_id, _side(old, 0, n_same, 0), _side(new, 0, n_same, 0))
    n_same = _whole_words(ours, n_same)
    n_end = _whole_words(ours[::-1], _n_same(ours[n_same:][::-1], theirs[n_same:][::-1]))
    start = max(0, n_same - LEAD_CHARACTERS)
    return Difference(doc_id, _side(old, start, n_same, n_end), _side(new, start, n_same, n_end))


def _side(row: dict[str, Any] | None, start: int, n_same: int, n_end: int) -> Side | None:
    """`n_same` characters at the beginning and `n_end` at the end are as on the other side."""
    if row is None:
        return None
    body, stop = row["body"], start + SHOWN_CHARACTERS
    end = max(n_same, len(body) - n_end)
    parts = body[start:n_same][:SHOWN_CHARACTERS], body[n_same : min(end, stop)], body[end:stop]
    return Side(row["key"], row["heading"], *parts, start, row["size"])


def _whole_words(text: str, n: int) -> int:
    """At most `n` characters of a text that do not end within a word."""
    while n and text[n - 1].isalnum() and text[n : n + 1].isalnum():
        n -= 1
    return n


def _n_same(one: str, other: str) -> int:
    """Characters that two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(one), len(other)))
