"""Evidence of a pair: what is computed under each name, equal texts once."""

from collections.abc import Sequence

import numpy as np
import pytest

from raters.calibrated.encoder_types import Encoded
from raters.calibrated.evidence import LEXICAL, SEMANTIC, EvidenceReader, read_pairs
from raters.calibrated.names import FEATURES
from raters.calibrated.semantic import Background, best_passage, mean_token_similarity
from tests.raters.calibrated.fakes import HashEncoder, small_statistics


def encoded(passages: list[list[float]], tokens: list[list[float]]) -> Encoded:
    return Encoded(np.array(passages, np.float32), np.array(tokens, np.float32).reshape(-1, 2))


class CountingEncoder(HashEncoder):
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def encode_documents(self, documents: Sequence[tuple[str, str]]) -> list[Encoded]:
        self.seen.extend(documents)
        return super().encode_documents(documents)


def test_every_name_has_its_evidence() -> None:
    assert {*LEXICAL, "title_focus", *SEMANTIC} == set(FEATURES)


def test_the_best_passage_counts() -> None:
    query = encoded([[0.6, 0.8]], [[1, 0]])

    assert best_passage(query, np.array([[1, 0], [0, 1], [-1, 0]], np.float32)) == pytest.approx(0.8)


def test_token_similarity_by_hand() -> None:
    query = encoded([[1, 0]], [[1, 0], [0, 1]])

    # the first token is most like (1, 0): 1.0, the second like (0.6, 0.8): 0.8
    tokens = np.array([[1, 0], [0.6, 0.8]], np.float32)
    assert mean_token_similarity(query, tokens) == pytest.approx(0.9)
    assert mean_token_similarity(query, tokens[:0]) == 0


def test_standardised_against_the_sample_by_hand() -> None:
    background = Background(np.array([0.0, 0.2, 0.4], np.float32))

    # mean 0.2, standard deviation sqrt(0.08 / 3) = 0.163299
    assert background.standardised(0.6) == pytest.approx(0.4 / 0.163299, rel=1e-5)
    assert background.share_below(0.3) == pytest.approx(2 / 3)


def test_a_sample_without_spread_divides_by_no_zero() -> None:
    assert Background(np.array([0.5], np.float32)).standardised(0.6) == pytest.approx(10, rel=1e-5)


def test_a_document_of_many_queries_is_encoded_once() -> None:
    encoder = CountingEncoder()
    reader = EvidenceReader(small_statistics(HashEncoder()), encoder)

    values = read_pairs(reader, [(q, "Pie", "of apples") for q in ("apple", "pie", "sky")], FEATURES)

    assert values.shape == (3, len(FEATURES))
    assert encoder.seen == [("Pie", ""), ("Pie", "of apples")]


def test_a_document_without_a_title_is_called_what_it_says() -> None:
    reader = EvidenceReader(small_statistics(HashEncoder()), HashEncoder())

    values = read_pairs(reader, [("apple", " ", "an apple")], ("similarity", "title_similarity"))

    assert values[0, 0] == values[0, 1]


def test_vectors_need_an_embedding_model() -> None:
    with pytest.raises(ValueError, match="'similarity' needs an embedding model"):
        read_pairs(EvidenceReader(small_statistics(), None), [("a", "b", "c")], ("similarity",))
