"""The wordllama encoder, against that package."""

import numpy as np
import pytest

from indexing.encoders.base import Encoder
from indexing.encoders.loading import load_encoder
from indexing.registry import REGISTERED, resolve_encoder, weights_path
from tests.indexing.texts import NOISE, TEXTS

pytestmark = pytest.mark.slow

# The libraries of the models are imported where they are used: they take seconds.


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(resolve_encoder("wordllama"))


def test_vectors_are_those_of_wordllama(encoder: Encoder) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    from indexing.catalogue import WORDLLAMA_TOKENIZER, WORDLLAMA_WEIGHTS

    folder = weights_path("wordllama")
    table = load_file(folder / WORDLLAMA_WEIGHTS)["embedding.weight"]
    reference = WordLlamaInference(table, Tokenizer.from_file(str(folder / WORDLLAMA_TOKENIZER)))
    texts = [text for text in TEXTS if text]

    vectors = encoder.encode_documents(texts).vectors

    np.testing.assert_allclose(vectors, reference.embed(texts, norm=True), atol=NOISE)


def test_facts_of_the_registry_are_true(encoder: Encoder) -> None:
    assert encoder.dimension == REGISTERED["wordllama"].dimension


def test_nothing_is_truncated_however_long(encoder: Encoder) -> None:
    # "hello" and " hello" are one token each; so is the space at the end.
    encoded = encoder.encode_documents(["hello " * 20_000])

    assert (encoded.n_tokens, encoded.n_truncated) == (20_001, 0)


def test_limit_is_kept_and_counted() -> None:
    encoder = load_encoder(resolve_encoder({"model": "wordllama", "max_tokens": 3}))

    encoded = encoder.encode_documents(["hello hello hello", "hello hello hello hello"])

    assert (encoded.n_tokens, encoded.n_truncated) == (6, 1)
    np.testing.assert_array_equal(encoded.vectors[0], encoded.vectors[1])


def test_text_without_tokens_has_the_zero_vector(encoder: Encoder) -> None:
    assert not encoder.encode_documents([""]).vectors.any()


def test_prompt_goes_first(encoder: Encoder) -> None:
    prompted = load_encoder(resolve_encoder({"model": "wordllama", "query_prompt": "query: "}))

    np.testing.assert_array_equal(
        prompted.encode_queries(["sort"]).vectors, encoder.encode_queries(["query: sort"]).vectors
    )
