"""Assumed zeros: retrieved documents that nobody judged, for qrels that hold only positives.

An evaluation grades what systems retrieve, so a pool is the union of the best by BM25 and by an embedding
model. Of Cranfield and SciFact only positives in the pool are kept: one that no system finds is compared
with nothing. The embedding model is MiniLM where a collection is small, and the faster WordLlama elsewhere.
"""

from collections import Counter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix

from benchmarks.calibrated.collections import (
    MAX_GRADE,
    TRAIN_SETS,
    Collection,
    LabelledPair,
    unexplained_pairs,
)
from indexing.encoders.loading import load_encoder
from indexing.registry import resolve_encoder
from raters.calibrated.lexical import K1, B, idf
from raters.calibrated.statistics import CorpusStatistics
from raters.calibrated.terms import content_terms, words

DEPTHS = {"cranfield": 20, "scifact": 6, **dict.fromkeys(TRAIN_SETS, 4)}
MINILM_DOCUMENTS = 2_000
Matrix = npt.NDArray[np.float64]


def with_assumed_zeros(collection: Collection, statistics: CorpusStatistics) -> Collection:
    """Return the collection with assumed zeros where its qrels need them."""
    if collection.name not in DEPTHS:
        return collection
    pool = retrieve(collection, statistics, DEPTHS[collection.name])
    judged = {(pair.query_id, pair.doc_id) for pair in collection.pairs}
    is_train_set = collection.name in TRAIN_SETS
    kept = [pair for pair in collection.pairs if is_train_set or (pair.query_id, pair.doc_id) in pool]
    # A copy of a positive under another id is no negative.
    positive_texts = {
        (pair.query_id, collection.documents[pair.doc_id])
        for pair in collection.pairs
        if pair.grade == MAX_GRADE
    }
    zeros = [
        LabelledPair(query, document, 0, is_assumed=True)
        for query, document in sorted(pool - judged - unexplained_pairs(collection.name))
        if (query, collection.documents[document]) not in positive_texts
    ]
    return Collection(collection.name, collection.documents, collection.queries, kept + zeros)


def retrieve(collection: Collection, statistics: CorpusStatistics, depth: int) -> set[tuple[str, str]]:
    """The best `depth` documents of every judged query by BM25, and by the embedding model."""
    ids = np.array(list(collection.documents))
    asked = sorted({pair.query_id for pair in collection.pairs})
    terms, columns = _bm25_matrix(collection, statistics)
    model = load_encoder(resolve_encoder("wordllama" if len(ids) > MINILM_DOCUMENTS else "minilm"))
    vectors = model.encode_documents([f"{title} {text}" for title, text in collection.documents.values()])
    queries = model.encode_queries([collection.queries[query] for query in asked])
    found = set()
    for query, vector in zip(asked, queries.vectors, strict=True):
        weights = {term: idf(term, statistics) for term in content_terms(collection.queries[query])}
        known = [term for term in weights if term in columns]
        scores = terms[:, [columns[term] for term in known]] @ np.array([weights[term] for term in known])
        lexical = [place for place in _best(scores, depth) if scores[place] > 0]
        for place in (*lexical, *_best(vectors.vectors @ vector, depth)):
            found.add((query, str(ids[place])))
    return found


def _best(scores: Matrix, depth: int) -> list[int]:
    best: list[int] = np.argsort(-scores, kind="stable")[:depth].tolist()
    return best


def _bm25_matrix(collection: Collection, statistics: CorpusStatistics) -> tuple[csc_matrix, dict[str, int]]:
    """The term-frequency part of BM25: (n_documents, n_terms), and each term's column."""
    columns: dict[str, int] = {}
    rows, places, values = [], [], []
    for row, (title, text) in enumerate(collection.documents.values()):
        found = words(f"{title} {text}")
        norm = K1 * (1 - B + B * len(found) / statistics.average_length)
        for term, count in Counter(found).items():
            rows.append(row)
            places.append(columns.setdefault(term, len(columns)))
            values.append(count / (count + norm))
    shape = (len(collection.documents), len(columns))
    return csc_matrix((values, (rows, places)), shape=shape), columns
