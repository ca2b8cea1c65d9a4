"""A rater's description: complete, digested by what changes a grade, clear about what is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evalhub.core.trained_on import trained_on
from raters.fields import UnableToResolveRater
from raters.protocol import Usage
from raters.rubric import load_prompt
from raters.spec import RaterSpec, resolve_rater

HOSTED = {"name": "judge", "kind": "hosted", "model": "gpt-x", "base_url": "https://api.example.org/v1/"}
LOCAL = {"name": "local", "kind": "local-llm", "model": "smollm2", "prompt": "binary-relevance"}


def test_a_hosted_rater_is_completed_with_defaults() -> None:
    spec = resolve_rater(HOSTED)

    assert (spec.kind, spec.model, spec.base_url) == ("hosted", "gpt-x", "https://api.example.org/v1")
    assert spec.api_key_env == ""
    assert spec.rubric == load_prompt("graded-relevance")
    assert spec.decoding == {
        "temperature": 0.0,
        "top_p": None,
        "seed": None,
        "reasoning_effort": None,
        "max_output_tokens": 512,
        "logprobs": "auto",
    }


def test_a_bare_off_of_yaml_is_off() -> None:
    assert resolve_rater({**HOSTED, "decoding": {"logprobs": False}}).decoding["logprobs"] == "off"


def test_the_key_of_openai_itself_has_its_usual_name() -> None:
    assert resolve_rater({"name": "j", "kind": "hosted", "model": "gpt-x"}).api_key_env == "OPENAI_API_KEY"


def test_a_local_rater_is_known_by_its_weights() -> None:
    spec = resolve_rater(LOCAL)

    assert spec.model == "smollm2"
    assert spec.revision.startswith("sha256:")
    assert spec.rubric.max_grade == 1
    assert spec.max_document_tokens == 256
    assert spec.decoding["dtype"] == "bfloat16"


def test_the_shipped_rater_needs_only_its_name() -> None:
    spec = resolve_rater({"name": "default"})

    assert (spec.kind, spec.model, spec.evidence) == ("calibrated", "minilm", "all")


def test_the_shipped_rater_says_which_queries_it_learnt_from() -> None:
    spec = resolve_rater({"name": "default"})

    assert len(trained_on(spec.to_dict())) > 500
    assert RaterSpec.from_dict(spec.to_dict()) == spec


def test_a_gold_rater_needs_no_model() -> None:
    assert resolve_rater({"name": "people", "kind": "gold"}).kind == "gold"


@pytest.mark.parametrize("described", [HOSTED, LOCAL, {"name": "people", "kind": "gold"}])
def test_a_spec_survives_json(described: Mapping[str, object]) -> None:
    spec = resolve_rater(described)
    stored = json.loads(json.dumps(spec.to_dict()))

    assert RaterSpec.from_dict(stored) == spec
    assert RaterSpec.from_dict(stored).digest == spec.digest


def test_stored_fields_are_checked() -> None:
    stored = resolve_rater(HOSTED).to_dict()

    with pytest.raises(UnableToResolveRater, match="modle: unknown field; did you mean 'model'"):
        RaterSpec.from_dict({**stored, "modle": "x"})
    del stored["prompt"]
    with pytest.raises(UnableToResolveRater, match="prompt: missing"):
        RaterSpec.from_dict(stored)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "gpt-y"},
        {"revision": "2026-01"},
        {"base_url": "https://other.example.org/v1"},
        {"prompt": load_prompt("binary-relevance").text},
        {"decoding": {**resolve_rater(HOSTED).decoding, "temperature": 1.0}},
        {"max_document_tokens": 10},
        {"kind": "gold"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_changes_a_grade_changes_the_digest(change: dict[str, object]) -> None:
    spec = resolve_rater(HOSTED)

    assert RaterSpec.from_dict({**spec.to_dict(), **change}).digest != spec.digest


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"api_key_env": "OTHER_KEY"},
        {"api_key": "other"},
        {"input_usd_per_mtok": 1.0},
        {"output_usd_per_mtok": 1.0},
        {"timeout_s": 5.0},
        {"max_in_flight": 1},
        {"connect_timeout_s": 1.0},
        {"read_timeout_s": 1.0},
        {"requests_per_minute": 60},
        {"tokens_per_minute": 60},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_changes_no_grade_changes_no_digest(change: dict[str, object]) -> None:
    spec = resolve_rater(HOSTED)

    assert RaterSpec.from_dict({**spec.to_dict(), **change}).digest == spec.digest


def test_where_local_weights_lie_changes_no_digest() -> None:
    spec = resolve_rater(LOCAL)

    assert replace(spec, model="/elsewhere/model.gguf").digest == spec.digest
    assert replace(spec, revision="sha256:other").digest != spec.digest


def test_relative_paths_start_at_the_spec(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "mine.txt").write_text(load_prompt("binary-relevance").text)

    spec = resolve_rater({**LOCAL, "model": "tiny", "prompt": "mine.txt"}, base_dir=tmp_path)

    assert spec.model == str(tmp_path / "tiny")
    assert spec.rubric.name == "binary-relevance"


@pytest.mark.parametrize(
    ("described", "field", "message"),
    [
        ({"kind": "gold"}, "name", "missing"),
        ({"name": "x"}, "kind", "missing; choose one of: "),
        ({**HOSTED, "kind": "hostd"}, "kind", "did you mean 'hosted'"),
        ({**HOSTED, "modle": "x"}, "modle", "unknown field; did you mean 'model'"),
        ({**LOCAL, "base_url": "https://x"}, "base_url", "unknown field"),
        ({"name": "x", "kind": "hosted"}, "model", "missing; a hosted rater needs one"),
        ({**LOCAL, "model": "smollm"}, "model", "did you mean 'smollm2'"),
        ({**LOCAL, "prompt": "binary"}, "prompt", "did you mean 'binary-relevance'"),
        ({**LOCAL, "prompt": "./no.txt"}, "prompt", "no.txt: No such file"),
        ({**HOSTED, "base_url": "api.example.org"}, "base_url", "is not an address"),
        ({**HOSTED, "base_url": "https://me:secret@example.org"}, "base_url", "must hold no user, password"),
        ({**HOSTED, "timeout_s": "fast"}, "timeout_s", "is not a number of at least 0.1"),
        ({**HOSTED, "input_usd_per_mtok": -1}, "input_usd_per_mtok", "is not a number of at least 0"),
        ({**HOSTED, "max_in_flight": 0}, "max_in_flight", "is not an integer of at least 1"),
        ({**HOSTED, "max_in_flight": 513}, "max_in_flight", "is more than 512"),
        ({**HOSTED, "decoding": {"logprobs": "always"}}, "decoding.logprobs", "choose one of: auto, off"),
        ({**HOSTED, "decoding": {"logprobs": True}}, "decoding.logprobs", "is not of type"),
        ({**HOSTED, "max_document_tokens": True}, "max_document_tokens", "is not an integer"),
        ({**HOSTED, "model": 5}, "model", "5 is not text"),
        ({**HOSTED, "decoding": "cold"}, "decoding", "is not a mapping"),
        ({**HOSTED, "decoding": {"temprature": 0}}, "decoding.temprature", "did you mean 'temperature'"),
        ({**HOSTED, "decoding": {"temperature": "low"}}, "decoding.temperature", "int or float or null"),
        ({**HOSTED, "decoding": {"temperature": True}}, "decoding.temperature", "is not of type"),
        ({**HOSTED, "decoding": {"max_output_tokens": 1}}, "decoding.max_output_tokens", "at least 16"),
        ({**LOCAL, "decoding": {"dtype": "bfloat"}}, "decoding.dtype", "did you mean 'bfloat16'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_wrong_field_is_named_with_its_remedy(
    described: dict[str, object], field: str, message: str
) -> None:
    with pytest.raises(UnableToResolveRater) as caught:
        resolve_rater(described)

    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("api_key_env", "sk-secret-123"),
        ("api_key_env", "gsk_secret0123456789abcd"),
        ("api_key", "sk-secret0123456789abcd"),
    ],
)
def test_a_key_written_in_place_of_its_name_is_not_repeated(field: str, value: str) -> None:
    with pytest.raises(UnableToResolveRater, match="not the key itself") as caught:
        resolve_rater({**HOSTED, field: value})

    assert "secret" not in str(caught.value)
    assert "secret" not in repr(caught.value)


def test_a_stored_key_stands_in_place_of_a_variable() -> None:
    spec = resolve_rater({"name": "j", "kind": "hosted", "model": "gpt-x", "api_key": "production"})
    assert (spec.api_key, spec.api_key_env) == ("production", "")
    with pytest.raises(UnableToResolveRater, match="api_key: give this or api_key_env, not both"):
        resolve_rater({**HOSTED, "api_key": "production", "api_key_env": "A_KEY"})


def test_cost_is_priced_per_million_tokens() -> None:
    spec = resolve_rater({**HOSTED, "input_usd_per_mtok": 0.5, "output_usd_per_mtok": 2})

    # 3,000 * 0.5 / 1e6 + 100 * 2 / 1e6 = 0.0015 + 0.0002
    assert spec.cost_usd(Usage(input_tokens=3_000, output_tokens=100)) == pytest.approx(0.0017)
