"""Simulated systems: rankings of the judged documents of every query.

Random utilities as in Plackett and Luce: a document's place goes by strength x human gain + noise, the noise
Gumbel. A part of the noise belongs to the document, not to the system (texts that look relevant to every
retriever), so that two systems' top ranks overlap as those of real ones do.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.replay.labels import Labels
from evalhub.core.types import FloatArray, IntArray
from evalhub.core.weights import position_weights

STRENGTHS = (1.0, 4.0)
SHARED = (0.3, 0.95)


@dataclass(frozen=True, slots=True)
class Contest:
    """Two systems compared: the pool of their top ranks.

    Attributes:
        pairs: int64 (n_pool,), places in the labels.
        difference: float64 (n_pool,): w_A - w_B, what each pair's gain counts in PWAS(A) - PWAS(B).
        overlap: share of a system's top ranks that the other has too.
    """

    pairs: IntArray
    difference: FloatArray
    overlap: float


def contest(labels: Labels, cutoff: int, rng: np.random.Generator) -> Contest:
    """Draw two systems, of strengths and likeness of their own."""
    shared = rng.gumbel(size=labels.human.size)
    likeness = rng.uniform(*SHARED)
    first, second = (
        score_weights(labels, _utilities(labels, strength, shared, likeness, rng), cutoff)
        for strength in rng.uniform(*STRENGTHS, size=2)
    )
    pairs = np.flatnonzero((first > 0) | (second > 0))
    both = np.count_nonzero((first > 0) & (second > 0))
    return Contest(pairs, (first - second)[pairs], both / np.count_nonzero(first))


def score_weights(labels: Labels, utilities: FloatArray, cutoff: int) -> FloatArray:
    """What each pair's gain counts in a system's PWAS: w_rank / sum of weights / n_queries, else 0."""
    by_rank = position_weights("log2", cutoff)
    by_rank = by_rank / by_rank.sum() / labels.n_queries
    found = np.zeros(utilities.size)
    for query in range(labels.n_queries):
        mine = np.flatnonzero(labels.query == query)
        top = mine[np.argsort(-utilities[mine])][:cutoff]
        found[top] = by_rank[: top.size]
    return found


def _utilities(
    labels: Labels, strength: float, shared: FloatArray, likeness: float, rng: np.random.Generator
) -> FloatArray:
    own = rng.gumbel(size=shared.size)
    found: FloatArray = strength * labels.human + np.sqrt(likeness) * shared + np.sqrt(1 - likeness) * own
    return found
