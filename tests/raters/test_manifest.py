"""The file beside fine-tuned weights that says what they learnt from."""

from pathlib import Path

import pytest

from evalhub.core.trained_on import UnreadableManifest
from raters.fields import UnableToResolveRater
from raters.manifest import MANIFEST_FILE, load_manifest, save_manifest
from raters.spec import resolve_rater
from tests.raters.tiny_classifier import save_encoder


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    save_manifest({"query_digests": ["a"], "seed": 1}, tmp_path)

    assert load_manifest(tmp_path) == {"query_digests": ["a"], "seed": 1}
    assert load_manifest(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"seed": 1}'])
def test_a_manifest_that_does_not_name_queries_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST_FILE).write_text(text)

    with pytest.raises(UnreadableManifest):
        load_manifest(tmp_path)


def test_a_rater_whose_manifest_is_broken_can_not_be_named(tmp_path: Path) -> None:
    folder = save_encoder(tmp_path / "model", n_labels=4)
    (folder / MANIFEST_FILE).write_text("{")

    with pytest.raises(UnableToResolveRater, match=r"model: .*training\.json"):
        resolve_rater({"name": "x", "kind": "cross-encoder", "model": str(folder)})
