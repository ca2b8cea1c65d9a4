"""All evidence about a pair, as numbers that mean the same in every collection."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from raters.calibrated.encoder_types import Encoded
from raters.calibrated.lexical import Bm25, DocumentTerms, best_window, neighbours, title_focus
from raters.calibrated.ordinal import Floats
from raters.calibrated.semantic import Background, best_passage, mean_token_similarity
from raters.calibrated.statistics import CorpusStatistics, DocumentEncoder

_REMEMBERED_QUERIES = 1_000

Pair = tuple[str, str, str]  # query, title, text


@dataclass(frozen=True, slots=True)
class QueryView:
    """What is computed once per query; without an encoder `encoded` and `background` are None."""

    bm25: Bm25
    encoded: Encoded | None
    background: Background | None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What is computed once per document; without an encoder the vectors are None.

    Attributes:
        title: the title alone as vectors; None where the document has none.
    """

    terms: DocumentTerms
    encoded: Encoded | None
    title: Encoded | None


class EvidenceReader:
    """Reads pairs of one collection."""

    def __init__(self, statistics: CorpusStatistics, encoder: DocumentEncoder | None) -> None:
        self._statistics = statistics
        self._encoder = encoder
        self._seen: OrderedDict[str, QueryView] = OrderedDict()

    def queries(self, queries: Sequence[str]) -> list[QueryView]:
        """Look at queries; those looked at lately are remembered."""
        new = [query for query in dict.fromkeys(queries) if query not in self._seen]
        self._seen.update(zip(new, self._look(new), strict=True))
        views = [self._seen[query] for query in queries]
        while len(self._seen) > _REMEMBERED_QUERIES:
            self._seen.popitem(last=False)
        return views

    def _look(self, queries: Sequence[str]) -> list[QueryView]:
        weighed = [Bm25.of(query, self._statistics) for query in queries]
        if self._encoder is None:
            return [QueryView(one, None, None) for one in weighed]
        sample = self._statistics.sample_passages
        return [
            QueryView(one, encoded, Background.of(encoded, sample))
            for one, encoded in zip(weighed, self._encoder.encode_queries(queries), strict=True)
        ]

    def documents(self, documents: Sequence[tuple[str, str]]) -> list[DocumentView]:
        """Look at (title, text) pairs."""
        terms = [DocumentTerms.of(title, text) for title, text in documents]
        if self._encoder is None:
            return [DocumentView(one, None, None) for one in terms]
        titles = sorted({title for title, _ in documents if title.strip()})
        by_title = dict(
            zip(titles, self._encoder.encode_documents([(title, "") for title in titles]), strict=True)
        )
        encoded = self._encoder.encode_documents(documents)
        return [
            DocumentView(one, vectors, by_title.get(title))
            for one, vectors, (title, _) in zip(terms, encoded, documents, strict=True)
        ]

    def values(self, query: QueryView, document: DocumentView, features: Sequence[str]) -> Floats:
        """Compute features by name: (n_features,)."""
        return np.array([self._value(query, document, name) for name in features], dtype=np.float64)

    def _value(self, query: QueryView, document: DocumentView, name: str) -> float:
        if name == "title_focus":
            return title_focus(query.bm25, document.terms.title, self._statistics)
        if name in LEXICAL:
            return LEXICAL[name](query.bm25, document.terms)
        if query.encoded is None or query.background is None or document.encoded is None:
            raise ValueError(f"evidence {name!r} needs an embedding model")
        return SEMANTIC[name](query.encoded, query.background, document.encoded, document.title)


def read_pairs(reader: EvidenceReader, pairs: Sequence[Pair], features: Sequence[str]) -> Floats:
    """Read (query, title, text) pairs, equal texts once: (n_pairs, n_features)."""
    queries = list(dict.fromkeys(query for query, _, _ in pairs))
    documents = list(dict.fromkeys((title, text) for _, title, text in pairs))
    by_query = dict(zip(queries, reader.queries(queries), strict=True))
    by_document = dict(zip(documents, reader.documents(documents), strict=True))
    rows = [reader.values(by_query[q], by_document[title, text], features) for q, title, text in pairs]
    return np.array(rows, dtype=np.float64).reshape(len(pairs), len(features))


LEXICAL: dict[str, Callable[[Bm25, DocumentTerms], float]] = {
    "bm25_share": lambda bm25, document: bm25.score(document.all) / bm25.mass if bm25.mass else 0.0,
    "coverage": lambda bm25, document: bm25.coverage(document.all),
    "title_coverage": lambda bm25, document: bm25.coverage(document.title),
    "window": lambda bm25, document: best_window(bm25, document.all),
    "neighbours": lambda bm25, document: neighbours(bm25, document.all),
}

SEMANTIC: dict[str, Callable[[Encoded, Background, Encoded, Encoded | None], float]] = {
    "similarity": lambda query, _background, document, _title: best_passage(query, document.passages),
    "similarity_z": lambda query, background, document, _title: background.standardised(
        best_passage(query, document.passages)
    ),
    # A document without a title is called what it says.
    "title_similarity": lambda query, _background, document, title: best_passage(
        query, title.passages if title else document.passages
    ),
    "token_similarity": lambda query, _background, document, _title: mean_token_similarity(
        query, document.tokens
    ),
}
