"""An encoder without weights: a word's vector is drawn by its digest, a text's is the mean of its words'."""

import hashlib
from collections.abc import Sequence

import numpy as np

from raters.calibrated.encoder_types import Encoded, Vectors
from raters.calibrated.statistics import CorpusStatistics
from raters.calibrated.terms import words

DIMENSION = 16
DOCUMENTS = [
    ("Red apple", "A red apple grows on a tree."),
    ("Green pie", "A pie of green apples and sugar."),
    ("", "The sky is blue over the sea."),
    ("Batteries", "An AA battery powers the remote control."),
]


class HashEncoder:
    """Stands in for an embedding model."""

    revision = "sha256:fake"

    def encode_queries(self, queries: Sequence[str]) -> list[Encoded]:
        return [self._encode(query) for query in queries]

    def encode_documents(self, documents: Sequence[tuple[str, str]]) -> list[Encoded]:
        return [self._encode(f"{title} {text}") for title, text in documents]

    def _encode(self, text: str) -> Encoded:
        found = words(text)
        tokens = np.array([_vector(word) for word in found], np.float32).reshape(-1, DIMENSION)
        pooled = tokens.sum(axis=0, keepdims=True) + _vector("")
        return Encoded(pooled / np.linalg.norm(pooled), tokens, tuple(found))


def _vector(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4])
    drawn = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


def small_statistics(encoder: HashEncoder | None = None) -> CorpusStatistics:
    return CorpusStatistics.collect(DOCUMENTS, encoder)
