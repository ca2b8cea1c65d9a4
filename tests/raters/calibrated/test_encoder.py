"""The real MiniLM: its vectors, passages, words, and the shipped rater over them."""

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from raters.calibrated.encoder import MAX_PASSAGES, PASSAGE_TOKENS, TextEncoder
from raters.calibrated.loading import load_encoder
from raters.calibrated.statistics import CorpusStatistics
from raters.factory import load_rater
from raters.protocol import Rated
from raters.spec import resolve_rater
from raters.weights import EMBEDDING_MODELS, find_weights
from tests.raters.calibrated.fakes import DOCUMENTS
from tests.raters.calibrated.test_rater import HOSTILE, REQUESTS

pytestmark = pytest.mark.slow


@cache
def folder() -> Path:
    return find_weights("minilm", Path(), EMBEDDING_MODELS)


@cache
def minilm() -> TextEncoder:
    return TextEncoder(folder(), n_threads=1)


def test_vectors_are_those_of_the_library() -> None:
    texts = ["a red apple", "the sky is blue over the sea", "battery"]
    theirs = SentenceTransformer(str(folder()), device="cpu", local_files_only=True).encode(
        texts, normalize_embeddings=True
    )

    queries = np.concatenate([one.passages for one in minilm().encode_queries(texts)])
    documents = np.concatenate([one.passages for one in minilm().encode_documents([("", t) for t in texts])])

    np.testing.assert_allclose(queries, theirs, atol=1e-6)
    np.testing.assert_allclose(documents, theirs, atol=1e-6)


def test_a_long_document_is_read_in_passages_headed_by_its_title() -> None:
    body = "apple " * PASSAGE_TOKENS + "sky " * PASSAGE_TOKENS
    [long, first] = minilm().encode_documents([("Pie", body), ("Pie", "apple " * PASSAGE_TOKENS)])

    assert len(long.passages) == 2
    np.testing.assert_allclose(long.passages[0], first.passages[0], atol=1e-5)
    assert len(long.tokens) == 2 * (PASSAGE_TOKENS + 1)
    assert long.n_cut == 0


def test_what_is_too_long_is_counted() -> None:
    [one] = minilm().encode_documents([("", "pie " * (PASSAGE_TOKENS * MAX_PASSAGES + 7))])

    assert len(one.passages) == MAX_PASSAGES
    assert one.n_cut == 7


def test_pieces_know_their_word() -> None:
    [query] = minilm().encode_queries(["Tokenisations, USB-C"])

    assert set(query.words) == {"Tokenisations", ",", "USB", "-", "C"}
    assert len(query.words) == len(query.tokens)


def test_the_shipped_rater_prefers_what_answers_in_any_order(tmp_path: Path) -> None:
    spec = resolve_rater({"name": "default", "kind": "calibrated"})
    encoder = load_encoder(spec.model, spec.revision, n_threads=1)
    statistics = CorpusStatistics.collect(DOCUMENTS, encoder)
    statistics.save(tmp_path / "s")
    rater = load_rater(spec.for_collection(statistics.digest), statistics=tmp_path / "s", n_threads=1)
    requests = REQUESTS + HOSTILE
    shuffled = random.Random(5).sample(range(len(requests)), len(requests))

    straight = dict(rater.rate(requests))
    mixed = dict(rater.rate([requests[place] for place in shuffled]))

    for position, place in enumerate(shuffled):
        one, other = straight[place], mixed[position]
        assert isinstance(one, Rated)
        assert isinstance(other, Rated)
        assert one.gain == pytest.approx(other.gain, abs=1e-4)
    gains = [straight[index] for index in range(4)]
    assert max(range(4), key=lambda i: getattr(gains[i], "gain", 0)) == 1
    rater.close()
