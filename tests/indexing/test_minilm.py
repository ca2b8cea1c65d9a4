"""The sentence-transformers encoder, against that library."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexing.encoders.base import Encoder
from indexing.encoders.loading import load_encoder
from indexing.registry import REGISTERED, resolve_encoder, weights_path
from indexing.spec import InvalidSpec
from tests.indexing.texts import NOISE, TEXTS

pytestmark = pytest.mark.slow

# The libraries of the models are imported where they are used: they take seconds.


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(resolve_encoder("minilm"))


@pytest.fixture(scope="module")
def reference() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(weights_path("minilm")), device="cpu", local_files_only=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(weights_path("minilm"), tmp_path / "copy")


def test_vectors_are_those_of_sentence_transformers(encoder: Encoder, reference: Any) -> None:
    encoded = encoder.encode_documents(TEXTS)

    np.testing.assert_allclose(encoded.vectors, reference.encode(TEXTS), atol=NOISE)
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors, axis=1), 1, atol=NOISE)
    assert encoded.vectors.dtype == np.float32


def test_facts_of_the_registry_are_true(encoder: Encoder, reference: Any) -> None:
    assert encoder.dimension == REGISTERED["minilm"].dimension
    assert reference.max_seq_length == REGISTERED["minilm"].max_tokens


def test_equal_texts_have_equal_vectors(encoder: Encoder) -> None:
    vectors = encoder.encode_documents(TEXTS).vectors

    np.testing.assert_array_equal(vectors[0], vectors[3])


def test_batch_changes_a_vector_by_noise_only(encoder: Encoder) -> None:
    together = encoder.encode_documents(TEXTS).vectors
    alone = np.vstack([encoder.encode_documents([text]).vectors for text in TEXTS[:10]])

    np.testing.assert_allclose(alone, together[:10], atol=NOISE)


def test_tokens_and_truncation_are_counted(encoder: Encoder) -> None:
    # "word" is one token; [CLS] and [SEP] make 254 words 256 tokens, the most that the model reads.
    encoded = encoder.encode_documents(["word " * 254, "word " * 255, "word " * 3000, "word", "word"])

    assert encoded.n_truncated == 2
    assert encoded.n_tokens == 256 + 256 + 256 + 3 + 3


def test_truncated_text_is_its_beginning(encoder: Encoder) -> None:
    vectors = encoder.encode_documents(["word " * 254, "word " * 254 + "another ending"]).vectors

    np.testing.assert_allclose(vectors[0], vectors[1], atol=NOISE)


def test_very_long_text(encoder: Encoder) -> None:
    encoded = encoder.encode_documents(["five megabytes " * 350_000])

    assert (encoded.n_tokens, encoded.n_truncated) == (256, 1)


def test_no_texts(encoder: Encoder) -> None:
    encoded = encoder.encode_queries([])

    assert encoded.vectors.shape == (0, 384)
    assert (encoded.n_tokens, encoded.n_truncated) == (0, 0)


def test_prompts_go_before_each_side(encoder: Encoder, reference: Any) -> None:
    spec = resolve_encoder({"model": "minilm", "query_prompt": "query: ", "document_prompt": "text: "})
    prompted = load_encoder(spec)

    queries, documents = prompted.encode_queries(TEXTS[:3]), prompted.encode_documents(TEXTS[:3])

    np.testing.assert_allclose(queries.vectors, reference.encode(TEXTS[:3], prompt="query: "), atol=NOISE)
    np.testing.assert_allclose(documents.vectors, reference.encode(TEXTS[:3], prompt="text: "), atol=NOISE)


def test_prompt_that_pooling_leaves_out(copy: Path) -> None:
    from sentence_transformers import SentenceTransformer

    pooling = copy / "1_Pooling" / "config.json"
    pooling.write_text(json.dumps({**json.loads(pooling.read_text()), "include_prompt": False}))
    spec = resolve_encoder({"model": str(copy), "query_prompt": "Represent the question: "})

    vectors = load_encoder(spec).encode_queries(TEXTS[:5]).vectors

    reference = SentenceTransformer(str(copy), device="cpu", local_files_only=True)
    expected = reference.encode(TEXTS[:5], prompt="Represent the question: ")
    np.testing.assert_allclose(vectors, expected, atol=NOISE)


def test_fewer_tokens_than_the_model_reads(encoder: Encoder) -> None:
    short = load_encoder(resolve_encoder({"model": "minilm", "max_tokens": 8}))

    encoded = short.encode_documents(["word " * 6, "word " * 7])

    assert (encoded.n_tokens, encoded.n_truncated) == (16, 1)
    np.testing.assert_allclose(
        encoded.vectors[1], encoder.encode_documents(["word " * 6]).vectors[0], atol=NOISE
    )


@pytest.mark.parametrize("max_tokens", [2, 513])
def test_limit_that_the_model_cannot_keep_is_refused(max_tokens: int) -> None:
    spec = resolve_encoder({"model": "minilm", "max_tokens": max_tokens})

    with pytest.raises(InvalidSpec, match="max_tokens: the model reads between 3 and 512 tokens"):
        load_encoder(spec)


def test_queries_go_through_the_query_model(encoder: Encoder, copy: Path) -> None:
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True}
    (copy / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    two_sided = load_encoder(resolve_encoder({"model": "minilm", "query_model": str(copy)}))

    np.testing.assert_allclose(
        two_sided.encode_documents(TEXTS[:3]).vectors,
        encoder.encode_documents(TEXTS[:3]).vectors,
        atol=NOISE,
    )
    queries = two_sided.encode_queries(TEXTS[:1]).vectors
    assert np.abs(queries - encoder.encode_queries(TEXTS[:1]).vectors).max() > 0.01


def test_model_that_is_no_transformer_is_refused(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    from indexing.encoders.sentence_transformers import UnsupportedEmbeddingModel

    tokenizer = Tokenizer.from_file(str(weights_path("minilm") / "tokenizer.json"))
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=4)], device="cpu")
    model.save_pretrained(str(tmp_path / "static"), create_model_card=False)

    with pytest.raises(UnsupportedEmbeddingModel, match="its first module, StaticEmbedding, does not"):
        load_encoder(resolve_encoder(str(tmp_path / "static")))


@pytest.fixture
def restored_threads() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("restored_threads")
def test_threads_are_set_where_asked() -> None:
    import torch

    load_encoder(resolve_encoder("minilm"), threads=1)

    assert torch.get_num_threads() == 1
