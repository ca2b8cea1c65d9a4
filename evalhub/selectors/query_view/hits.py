"""Hits as cards show them, whether a campaign or the search box retrieved them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Length, Substr

from evalhub.core.passages import Passage, Piece, folded, marked
from evalhub.core.terms import Terms
from evalhub.models import Judgment
from evalhub.selectors.panel_members import Grader

# Of a document. Passages are looked for in these; the whole is fetched when somebody asks for it.
SCANNED_CHARACTERS = 6_000
SHOWN_CHARACTERS = 2_000  # of a rationale
TITLE_CHARACTERS = 300

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Grade:
    """What a rater said of a pair; `judgment` is None or pending as long as it said nothing."""

    rater: Grader
    judgment: Any


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same document in another list; `n_lower` ranks lower than in this one, negative where higher."""

    system: str
    list_id: int
    rank: int
    n_lower: int


@dataclass(frozen=True, slots=True)
class ShownText:
    """A document's title and text with the query's terms marked."""

    title: Sequence[Piece]
    passages: Sequence[Passage]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class ListedHit:
    """A hit with its document, its grades, and where else the document was found."""

    hit: Record
    text: ShownText
    grades: Sequence[Grade]
    gold: int | None
    elsewhere: Sequence[Elsewhere]


def hit_records(hits: QuerySet[Any], list_field: str, **more: Any) -> list[Record]:
    """The hits in rank order with the beginnings of their documents, and `more` columns.

    `list_id` is what `list_field` holds.
    """
    return list(
        hits.order_by("rank").values(
            "rank",
            "score",
            "document_id",
            list_id=F(list_field),
            doc_id=F("document__doc_id"),
            digest=F("document__digest"),
            title=Substr("document__title", 1, TITLE_CHARACTERS),
            text=Substr("document__text", 1, SCANNED_CHARACTERS),
            n_characters=Length("document__text"),
            **more,
        )
    )


def shown_texts(hits: Iterable[Record], terms: Terms) -> dict[int, ShownText]:
    """By document key; a document that several lists have is gone through once."""
    distinct = {hit["document_id"]: hit for hit in hits}
    return {key: _shown(hit, terms) for key, hit in distinct.items()}


def places_elsewhere(names: dict[int, str], hits: Iterable[Record]) -> dict[tuple[int, int], list[Elsewhere]]:
    """By (list, document), the other lists that have the document, `names` being those of the lists."""
    ranks: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for hit in hits:
        ranks[hit["document_id"]].append((hit["list_id"], hit["rank"]))
    return {
        (list_id, document): [
            Elsewhere(names[other], other, there, there - rank) for other, there in found if other != list_id
        ]
        for document, found in ranks.items()
        for list_id, rank in found
    }


def with_beginnings(judgments: QuerySet[Judgment]) -> Any:
    """Judgments without what can be long; `rationale_start` and `detail_start` instead."""
    return judgments.defer("reply", "rationale", "detail").annotate(
        rationale_start=Substr("rationale", 1, SHOWN_CHARACTERS),
        detail_start=Substr("detail", 1, SHOWN_CHARACTERS),
    )


def _shown(hit: Record, terms: Terms) -> ShownText:
    passages = folded(hit["text"], terms, n_characters=hit["n_characters"])
    is_whole = not any(passage.is_cut_before or passage.is_cut_after for passage in passages)
    return ShownText(marked(hit["title"], terms), passages, is_whole)
