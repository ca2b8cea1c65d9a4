"""Pairs as reviewers read them: the query, the need, and the document folded around what matches."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Length, Substr

from evalhub.core.passages import Folding, Passage, Piece, folded, marked
from evalhub.core.terms import query_terms
from evalhub.models import Query, ReviewItem

SCANNED_CHARACTERS = 30_000
TITLE_CHARACTERS = 500
FOLDING = Folding(whole=2_500, passage=700, most_passages=4, beginning=1_500)


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair to read; `n_characters` are the document's."""

    key: int
    query: Query
    document_id: int
    doc_id: str
    title: Sequence[Piece]
    passages: Sequence[Passage]
    n_characters: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is folded away."""
        return not any(passage.is_cut_before or passage.is_cut_after for passage in self.passages)


def shown_pairs(items: Sequence[ReviewItem]) -> list[ShownPair]:
    """What is read of some pairs, in their order."""
    rows = ReviewItem.objects.filter(pk__in=[item.pk for item in items]).select_related("query")
    rows = rows.defer("query__row_digest").annotate(
        doc_id=Substr("document__doc_id", 1),
        title=Substr("document__title", 1, TITLE_CHARACTERS),
        text=Substr("document__text", 1, SCANNED_CHARACTERS),
        n_characters=Length("document__text"),
    )
    found = {row.pk: _shown(row) for row in rows}
    return [found[item.pk] for item in items]


def _shown(row: ReviewItem) -> ShownPair:
    terms = query_terms(row.query.text)
    return ShownPair(
        key=row.pk,
        query=row.query,
        document_id=row.document_id,
        doc_id=row.doc_id,
        title=marked(row.title, terms),
        passages=folded(row.text, terms, n_characters=row.n_characters, folding=FOLDING),
        n_characters=row.n_characters,
    )
