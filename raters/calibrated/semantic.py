"""Evidence from vectors: similarity of passages, titles and tokens, and what similarity means here."""

from dataclasses import dataclass

import numpy as np

from raters.calibrated.encoder_types import Encoded, Vectors


@dataclass(frozen=True, slots=True)
class Background:
    """How similar a query is to documents that were drawn at random from the collection.

    Attributes:
        similarities: float32 (n_sampled,), rising.
    """

    similarities: Vectors

    @classmethod
    def of(cls, query: Encoded, sample_passages: tuple[Vectors, ...]) -> "Background":
        """Compare a query with the sample, document by document as `best_passage` does."""
        return cls(np.sort(np.array([best_passage(query, one) for one in sample_passages], np.float32)))

    def standardised(self, similarity: float) -> float:
        """Standard deviations above the mean of the sample; the smallest deviation that counts is 0.01."""
        return (similarity - float(self.similarities.mean())) / max(float(self.similarities.std()), 0.01)

    def share_below(self, similarity: float) -> float:
        """The share of sampled documents that are less similar."""
        return float(np.searchsorted(self.similarities, similarity)) / len(self.similarities)


def best_passage(query: Encoded, passages: Vectors) -> float:
    """The cosine of the query with the most similar of a document's passages."""
    return float((passages @ query.passages[0]).max())


def mean_token_similarity(query: Encoded, tokens: Vectors) -> float:
    """MaxSim over the number of query tokens: each one's cosine with its most similar document token.

    Late interaction (Khattab and Zaharia 2020, ColBERT, equation 3), here over the token vectors of a model
    that was trained for passages. 0 where either text has no token.
    """
    if not len(tokens) or not len(query.tokens):
        return 0.0
    return float((query.tokens @ tokens.T).max(axis=1).mean())
