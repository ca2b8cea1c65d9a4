from dataclasses import replace
from typing import Any

import pytest

from indexing.spec import HNSW_DEFAULTS, EncoderSpec, IndexSpec, InvalidSpec

ENCODER = EncoderSpec(provider="sentence-transformers", model="minilm", revision="sha256:aa")


def test_encoder_digest_does_not_depend_on_where_the_weights_lie() -> None:
    assert replace(ENCODER, model="/models/minilm").digest == ENCODER.digest


@pytest.mark.parametrize(
    "change",
    [
        {"provider": "wordllama"},
        {"revision": "sha256:bb"},
        {"query_prompt": "query: "},
        {"document_prompt": "passage: "},
        {"max_tokens": 128},
        {"query_model": "small", "query_revision": "sha256:cc"},
    ],
)
def test_encoder_digest_depends_on_all_that_changes_vectors(change: dict[str, Any]) -> None:
    assert replace(ENCODER, **change).digest != ENCODER.digest


def test_encoder_digest_tells_the_two_prompts_apart() -> None:
    assert replace(ENCODER, query_prompt="x").digest != replace(ENCODER, document_prompt="x").digest


def test_encoder_spec_survives_a_round_trip() -> None:
    spec = replace(ENCODER, query_model="small", query_revision="sha256:cc", max_tokens=128)

    assert EncoderSpec.from_dict(spec.to_dict()) == spec


def test_encoder_spec_names_the_field_that_it_does_not_know() -> None:
    with pytest.raises(
        InvalidSpec, match=r'embedding_model.revison: unknown field. Did you mean "revision"\?'
    ):
        EncoderSpec.from_dict({"provider": "wordllama", "model": "wordllama", "revison": "sha256:aa"})


def test_query_model_needs_its_revision() -> None:
    with pytest.raises(InvalidSpec, match="let resolve_encoder fill in"):
        replace(ENCODER, query_model="small")


def test_hnsw_parameters_left_out_are_the_documented_defaults() -> None:
    assert IndexSpec("hnsw") == IndexSpec.from_dict({"kind": "hnsw", **HNSW_DEFAULTS})
    assert IndexSpec("hnsw").hnsw == (32, 200, 200)


def test_index_digest_is_of_what_is_searched_how() -> None:
    digest = IndexSpec("hnsw").digest

    assert IndexSpec.from_dict({"kind": "hnsw", **HNSW_DEFAULTS}).digest == digest
    others = [IndexSpec("exact"), IndexSpec("hnsw", dtype="f16"), IndexSpec("hnsw", connectivity=16)]
    assert len({digest, *(spec.digest for spec in others)}) == 4


def test_index_spec_survives_a_round_trip() -> None:
    for spec in (IndexSpec("hnsw", dimension=128, dtype="i8", connectivity=8), IndexSpec("exact")):
        assert IndexSpec.from_dict(spec.to_dict()) == spec


def test_exact_index_writes_only_what_applies_to_it() -> None:
    assert IndexSpec("exact", dimension=128).to_dict() == {"kind": "exact", "dimension": 128, "dtype": "f32"}


def test_exact_index_has_no_hnsw_parameters() -> None:
    with pytest.raises(InvalidSpec, match="exact has no HNSW parameters"):
        _ = IndexSpec("exact").hnsw


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"kind": "exact", "connectivity": 16}, "index.connectivity: only an index of kind hnsw has it"),
        ({"kind": "hnws"}, r"index.kind: 'hnws' is not offered. Did you mean \"hnsw\"\?"),
        ({"kind": "exact", "dtype": "int8"}, "index.dtype: 'int8' is not offered.*f32, f16, bf16, i8, b1"),
        ({"kind": "exact", "dtype": ["f32"]}, "index.dtype: .* is not offered"),
        ({"kind": "exact", "dimension": 0}, "index.dimension: 0 is not a whole number of at least 1"),
        ({"kind": "exact", "dimension": "384"}, "index.dimension: '384'"),
        ({"kind": "exact", "dimension": True}, "index.dimension: True"),
        ({"kind": "hnsw", "connectivity": 1}, "index.connectivity: 1 is not a whole number of at least 2"),
        ({"kind": "exact", "dimensions": 3}, r'index.dimensions: unknown field. Did you mean "dimension"\?'),
        ({"dtype": "f32"}, "index.kind: missing. Write exact or hnsw."),
    ],
)
def test_bad_index_spec_names_the_field_and_the_remedy(payload: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSpec, match=message) as raised:
        IndexSpec.from_dict(payload)

    assert raised.value.field == message.split(":")[0]
