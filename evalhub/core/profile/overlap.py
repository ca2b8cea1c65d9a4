"""Which words of queries the documents use: what a search by keywords could find at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from evalhub.core.profile.words import words

# A word that more than this share of the documents use tells them hardly apart; of few documents any may.
COMMON_SHARE = 0.1
COMMON_FROM_DOCUMENTS = 50
ROWS_PER_STEP = 2_000


@dataclass(frozen=True, slots=True)
class QueryOverlap:
    """Shares in [0, 1] of a query's distinct words, common ones left out; None where no word is left.

    Attributes:
        n_words: words that count.
        anywhere: found in any document:  |{w in q : df(w) > 0}| / |q|.
        best: found in the one document that has most of them:  max over d of |q and d| / |q|.
        relevant: found in its relevant documents, on average:  mean over d with gold > 0 of |q and d| / |q|;
            None where none is labelled.
    """

    n_words: int
    anywhere: float | None
    best: float | None
    relevant: float | None


class OverlapCounter:
    """Takes documents one by one and remembers of each only which words of the queries it has."""

    def __init__(self, queries: Sequence[str]) -> None:
        self._queries = [sorted(set(words(query))) for query in queries]
        vocabulary = sorted({word for one in self._queries for word in one})
        self._columns = {word: column for column, word in enumerate(vocabulary)}
        self._found: list[npt.NDArray[np.int32]] = []

    def add(self, text: str) -> None:
        """Count a document; the first is number 0."""
        found = {self._columns[word] for word in words(text) if word in self._columns}
        self._found.append(np.fromiter(sorted(found), dtype=np.int32, count=len(found)))

    def result(self, relevant: Mapping[int, Sequence[int]]) -> list[QueryOverlap]:
        """The overlap of each query.

        Args:
            relevant: query number -> numbers of its relevant documents.
        """
        documents, asked = self._documents(), self._asked()
        frequency = np.asarray(documents.sum(axis=0)).ravel()
        if len(self._found) >= COMMON_FROM_DOCUMENTS:
            is_rare = (frequency <= COMMON_SHARE * len(self._found)).astype(np.float32)
            asked = sparse.csr_matrix(sparse.diags(is_rare) @ asked)
        n_words = np.asarray(asked.sum(axis=0)).ravel()
        n_anywhere = np.asarray(asked.T @ (frequency > 0)).ravel()
        n_best = self._best(documents, asked)
        return [
            QueryOverlap(
                int(n_words[at]),
                _share(n_anywhere[at], n_words[at]),
                _share(n_best[at], n_words[at]),
                _mean_share(documents, asked[:, [at]], relevant.get(at, ()), n_words[at]),
            )
            for at in range(len(self._queries))
        ]

    def _documents(self) -> sparse.csr_matrix:
        """Float32 (n_documents, n_words): 1 where a document has a word."""
        indices = np.concatenate([*self._found, np.empty(0, dtype=np.int32)])
        ends = np.cumsum([0, *(len(found) for found in self._found)])
        shape = (len(self._found), len(self._columns))
        return sparse.csr_matrix((np.ones(len(indices), dtype=np.float32), indices, ends), shape=shape)

    def _asked(self) -> sparse.csr_matrix:
        """Float32 (n_words, n_queries): 1 where a query has a word."""
        rows = [self._columns[word] for one in self._queries for word in one]
        columns = [at for at, one in enumerate(self._queries) for _ in one]
        shape = (len(self._columns), len(self._queries))
        return sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)

    def _best(self, documents: sparse.csr_matrix, asked: sparse.csr_matrix) -> npt.NDArray[np.float32]:
        best = np.zeros(len(self._queries), dtype=np.float32)
        for start in range(0, documents.shape[0], ROWS_PER_STEP):
            shared = (documents[start : start + ROWS_PER_STEP] @ asked).toarray()
            best = np.maximum(best, shared.max(axis=0, initial=0.0))
        return best


def _share(n: float, n_words: float) -> float | None:
    return float(n / n_words) if n_words else None


def _mean_share(
    documents: sparse.csr_matrix, query: sparse.csr_matrix, relevant: Sequence[int], n_words: float
) -> float | None:
    if not n_words or not len(relevant):
        return None
    return float((documents[list(relevant)] @ query).toarray().mean() / n_words)
