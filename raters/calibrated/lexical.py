"""Lexical evidence: how much of a query a document matches, weighed by the collection's own idf."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from raters.calibrated.statistics import CorpusStatistics
from raters.calibrated.terms import content_terms, words

# Lucene's formula and Anserini's parameters (Robertson and Zaragoza 2009, The Probabilistic Relevance
# Framework, equation 3.15; idf with 1 added, so that it is never negative).
K1, B = 0.9, 0.4
WINDOW_WORDS = 40


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """A document's folded words in order, the title's first."""

    title: tuple[str, ...]
    all: tuple[str, ...]

    @classmethod
    def of(cls, title: str, text: str) -> "DocumentTerms":
        """Read a document."""
        head = tuple(words(title))
        return cls(head, head + tuple(words(text)))


@dataclass(frozen=True, slots=True)
class Bm25:
    """BM25 of one query over one collection.

    Attributes:
        idf: by query term; a term counts once however often the query says it.
        order: the query's terms as written, for neighbours.
    """

    idf: dict[str, float]
    order: tuple[str, ...]
    average_length: float

    @classmethod
    def of(cls, query: str, statistics: CorpusStatistics) -> "Bm25":
        """Weigh a query's terms."""
        order = tuple(content_terms(query))
        return cls({term: idf(term, statistics) for term in order}, order, statistics.average_length)

    @property
    def mass(self) -> float:
        """The sum of idf: what covering every term is worth."""
        return sum(self.idf.values())

    def score(self, document: Sequence[str]) -> float:
        """Score a document: at most `mass` times k1 + 1 (which Lucene leaves out as a constant)."""
        norm = K1 * (1 - B + B * len(document) / self.average_length)
        counts = dict.fromkeys(self.idf, 0)
        for word in document:
            if word in counts:
                counts[word] += 1
        return sum(self.idf[term] * tf / (tf + norm) for term, tf in counts.items())

    def coverage(self, document: Sequence[str]) -> float:
        """The share of the query's idf whose terms occur."""
        found = self.idf.keys() & set(document)
        return sum(self.idf[term] for term in found) / self.mass if self.mass else 0.0


def idf(term: str, statistics: CorpusStatistics) -> float:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) for a term that n of N documents hold."""
    n = statistics.frequencies.get(term, statistics.unseen_frequency)
    return float(np.log1p((statistics.n_documents - n + 0.5) / (n + 0.5)))


def best_window(bm25: Bm25, document: Sequence[str]) -> float:
    """The largest share of the query's idf within WINDOW_WORDS neighbouring words."""
    places = [(place, word) for place, word in enumerate(document) if word in bm25.idf]
    best, held, start = 0.0, dict.fromkeys(bm25.idf, 0), 0
    for place, word in places:
        held[word] += 1
        while places[start][0] <= place - WINDOW_WORDS:
            held[places[start][1]] -= 1
            start += 1
        best = max(best, sum(bm25.idf[term] for term, count in held.items() if count))
    return best / bm25.mass if bm25.mass else 0.0


def neighbours(bm25: Bm25, document: Sequence[str]) -> float:
    """The idf share of the query's neighbouring term pairs that are neighbours, in order, in the document."""
    pairs = list(pairwise(bm25.order))
    if not pairs:
        return 0.0
    adjacent = set(pairwise(document))
    weights = [bm25.idf[a] + bm25.idf[b] for a, b in pairs]
    return sum(w for pair, w in zip(pairs, weights, strict=True) if pair in adjacent) / (sum(weights) or 1.0)


def title_focus(bm25: Bm25, title: Sequence[str], statistics: CorpusStatistics) -> float:
    """The share of the title's idf that the query asks for: 1 where the title says nothing else."""
    weights = {word: idf(word, statistics) for word in title}
    total = sum(weights.values())
    return sum(weights[word] for word in weights.keys() & bm25.idf.keys()) / total if total else 0.0
