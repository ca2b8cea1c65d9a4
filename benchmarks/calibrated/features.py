"""Evidence of every labelled pair, computed once and kept in a folder outside the repository."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.calibrated.collections import Collection, LabelledPair, load_collection
from benchmarks.calibrated.pools import with_assumed_zeros
from evalhub.core.digest import text_digest
from evalhub.core.split import Part, part_of
from raters.calibrated.encoder import TextEncoder
from raters.calibrated.evidence import EvidenceReader, read_pairs
from raters.calibrated.lexical import Bm25, DocumentTerms
from raters.calibrated.names import FEATURES
from raters.calibrated.rater import BATCH_REQUESTS
from raters.calibrated.statistics import CorpusStatistics
from raters.weights import EMBEDDING_MODELS, find_weights

SEED = 0  # of the split by query
COLUMNS = (*FEATURES, "bm25")  # the plain score is a baseline and no evidence
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The pairs of one collection.

    Attributes:
        texts: (query, title, text) by row, for raters that read.
        values: float64 (n_pairs, len(COLUMNS)).
    """

    name: str
    query_ids: npt.NDArray[np.str_]
    doc_ids: npt.NDArray[np.str_]
    texts: list[tuple[str, str, str]]
    grades: npt.NDArray[np.int64]
    parts: npt.NDArray[np.str_]
    values: Floats

    def column(self, name: str) -> Floats:
        """One kind of evidence."""
        return np.asarray(self.values[:, COLUMNS.index(name)])

    def columns(self, names: tuple[str, ...]) -> Floats:
        """Several kinds, in this order."""
        return np.asarray(self.values[:, [COLUMNS.index(name) for name in names]])

    def rows(self, *parts: Part) -> npt.NDArray[np.bool_]:
        """Which rows belong to queries of these parts."""
        return np.isin(self.parts, parts)


def statistics_path(name: str, cache: Path) -> Path:
    """Where a collection's statistics are kept."""
    return cache / f"{name}.statistics.safetensors"


def minilm(n_threads: int = 2) -> TextEncoder:
    """The shipped rater's embedding model."""
    return TextEncoder(find_weights("minilm", Path(), EMBEDDING_MODELS), n_threads=n_threads)


def evidence_of(
    name: str, cache: Path, encoder: TextEncoder, collection: Collection | None = None
) -> Evidence:
    """Compute, or read from `cache`, the evidence of a collection."""
    plain = collection or load_collection(name)
    statistics = _statistics(plain, cache, encoder)
    full = _pooled(plain, cache, statistics)
    texts = [(full.queries[pair.query_id], *full.documents[pair.doc_id]) for pair in full.pairs]
    queries = [query for query, _, _ in texts]
    return Evidence(
        name=name,
        query_ids=np.array([pair.query_id for pair in full.pairs]),
        doc_ids=np.array([pair.doc_id for pair in full.pairs]),
        texts=texts,
        grades=np.array([pair.grade for pair in full.pairs], dtype=np.int64),
        parts=np.array([part_of(query, seed=SEED) for query in queries]),
        values=_values(name, texts, cache, statistics, encoder),
    )


def _statistics(collection: Collection, cache: Path, encoder: TextEncoder) -> CorpusStatistics:
    path = statistics_path(collection.name, cache)
    if not path.exists():
        CorpusStatistics.collect(collection.documents.values(), encoder).save(path)
    return CorpusStatistics.load(path)


def _pooled(collection: Collection, cache: Path, statistics: CorpusStatistics) -> Collection:
    path = cache / f"{collection.name}.pool.npy"
    if not path.exists():
        pooled = with_assumed_zeros(collection, statistics)
        rows = [(p.query_id, p.doc_id, str(p.grade), str(int(p.is_assumed))) for p in pooled.pairs]
        np.save(path, np.array(rows))
    pairs = [_pair(*row) for row in np.load(path)]
    return Collection(collection.name, collection.documents, collection.queries, pairs)


def _pair(query_id: str, doc_id: str, grade: str, is_assumed: str) -> LabelledPair:
    return LabelledPair(str(query_id), str(doc_id), int(grade), is_assumed == "1")


def _values(
    name: str,
    texts: list[tuple[str, str, str]],
    cache: Path,
    statistics: CorpusStatistics,
    encoder: TextEncoder,
) -> Floats:
    key = text_digest(statistics.digest, *COLUMNS, *(part for text in texts for part in text))[:16]
    path = cache / f"{name}.{key}.npy"
    if path.exists():
        return np.asarray(np.load(path))
    started = time.monotonic()
    # Documents of many queries are encoded once when they stand together.
    order = sorted(range(len(texts)), key=lambda row: texts[row][1:])
    reader = EvidenceReader(statistics, encoder)
    values = np.empty((len(texts), len(COLUMNS)))
    for start in range(0, len(order), 4 * BATCH_REQUESTS):
        rows = order[start : start + 4 * BATCH_REQUESTS]
        part = [texts[row] for row in rows]
        values[rows, :-1] = read_pairs(reader, part, FEATURES)
        values[rows, -1] = [_bm25(text, statistics) for text in part]
    np.save(path, values)
    seconds = time.monotonic() - started
    print(f"{name}: {len(texts)} pairs, {len(texts) / seconds:.0f} pairs/s", file=sys.stderr, flush=True)
    return values


def _bm25(text: tuple[str, str, str], statistics: CorpusStatistics) -> float:
    query, title, body = text
    return Bm25.of(query, statistics).score(DocumentTerms.of(title, body).all)
