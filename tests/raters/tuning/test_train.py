"""Training learns, is the same again, goes on after a kill, and leaves a rater with its manifest."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evalhub.core.trained_on import trained_on
from raters.factory import load_rater
from raters.protocol import Rated, RaterMisconfigured
from raters.spec import RaterSpec, resolve_rater
from raters.tuning.checkpoint import EpochFigures
from raters.tuning.loop import Report
from raters.tuning.parts import LeakedQuery, query_digests, split_pairs
from raters.tuning.settings import resolve_settings
from raters.tuning.train import TuneRequest, train_rater
from tests.raters.tiny_classifier import save_encoder
from tests.raters.tiny_model import save_model
from tests.raters.tuning.labels import labelled_pairs

KINDS = ("cross-encoder", "local-llm")


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RaterSpec]:
    folder = tmp_path_factory.mktemp("bases")
    described = {
        "cross-encoder": {"model": str(save_encoder(folder / "encoder"))},
        "local-llm": {"model": str(save_model(folder / "llm")), "decoding": {"dtype": "float32"}},
    }
    return {kind: resolve_rater({"name": "tiny", "kind": kind, **described[kind]}) for kind in KINDS}


def request(base: RaterSpec, **settings: object) -> TuneRequest:
    chosen = resolve_settings(base.kind, {"epochs": 2, "epoch_pairs": 0, "learning_rate": 1e-3, **settings})
    # The tiny LLM reads letters, and so does much more work for the same pairs.
    pairs = labelled_pairs(3 if base.kind == "cross-encoder" else 1)
    return TuneRequest(base, chosen, split_pairs(pairs, chosen, 3), {"source": "tiny"})


def silent(n_read: int, curve: Sequence[EpochFigures], *, is_saved: bool) -> None:
    """Nobody listens."""


def dies_after(n_calls: int) -> Report:
    calls = iter(range(n_calls))

    def report(n_read: int, curve: Sequence[EpochFigures], *, is_saved: bool) -> None:
        if next(calls, None) is None:
            raise Killed

    return report


def test_a_cross_encoder_learns_what_the_labels_say(bases: dict[str, RaterSpec], tmp_path: Path) -> None:
    asked = request(bases["cross-encoder"], epochs=12, patience=12, learning_rate=5e-3)

    spec = train_rater(asked, tmp_path / "raters", tmp_path / "unfinished", silent, n_threads=1)

    held_out = asked.parts["held-out"]
    rater = load_rater(spec)
    grades = dict(rater.rate([pair.request for pair in held_out]))
    right = [isinstance(o := grades[i], Rated) and o.grade == pair.grade for i, pair in enumerate(held_out)]
    assert np.mean(right) > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_the_manifest_says_what_was_learnt_from(
    kind: str, bases: dict[str, RaterSpec], tmp_path: Path
) -> None:
    asked = request(bases[kind])

    spec = train_rater(asked, tmp_path / "raters", tmp_path / "unfinished", silent, n_threads=1)

    assert trained_on(spec.to_dict()) == set(query_digests(asked.parts))
    manifest = dict(spec.training)
    assert manifest["settings"] == asked.settings.to_dict()
    assert manifest["base"] == {"model": bases[kind].model, "revision": bases[kind].revision}
    assert [row["epoch"] for row in manifest["curve"]] == [1, 2]  # type: ignore[attr-defined]
    assert {"torch", "peft"} <= set(manifest["libraries"])  # type: ignore[call-overload]
    assert RaterSpec.from_dict(spec.to_dict()) == spec
    assert spec.digest != bases[kind].digest


def test_a_folder_named_by_its_path_still_knows_its_training(
    bases: dict[str, RaterSpec], tmp_path: Path
) -> None:
    spec = train_rater(request(bases["cross-encoder"]), tmp_path / "raters", tmp_path / "u", silent)

    named = resolve_rater({"name": "other", "kind": "cross-encoder", "model": spec.model})

    assert named.digest == spec.digest
    assert trained_on(named.to_dict()) == trained_on(spec.to_dict())


def test_a_rater_trained_again_remembers_both_trainings(bases: dict[str, RaterSpec], tmp_path: Path) -> None:
    first = train_rater(request(bases["cross-encoder"]), tmp_path / "raters", tmp_path / "u1", silent)

    again = train_rater(request(first, seed=3), tmp_path / "raters", tmp_path / "u2", silent)

    assert trained_on(again.to_dict()) == trained_on(first.to_dict()) | set(
        query_digests(request(first, seed=3).parts)
    )
    assert trained_on(again.to_dict()) > trained_on(first.to_dict())


# Before the first checkpoint, between two, and later.
@pytest.mark.parametrize(
    ("kind", "n_calls"), [("cross-encoder", 0), ("cross-encoder", 3), ("cross-encoder", 9), ("local-llm", 4)]
)
def test_a_training_that_died_ends_with_the_weights_of_an_undisturbed_one(
    kind: str,
    n_calls: int,
    bases: dict[str, RaterSpec],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for trainable in ("classifier.TrainableClassifier", "lora.TrainableLora"):
        monkeypatch.setattr(f"raters.tuning.{trainable}.checkpoint_steps", 2)
    asked, folder = request(bases[kind]), tmp_path / "raters"
    undisturbed = train_rater(asked, folder, tmp_path / "one", silent, n_threads=1)

    with pytest.raises(Killed):
        train_rater(asked, folder, tmp_path / "two", dies_after(n_calls), n_threads=1)
    resumed = train_rater(asked, folder, tmp_path / "two", silent, n_threads=1)

    assert resumed.to_dict() == undisturbed.to_dict()


def test_checkpoints_of_another_training_are_not_used(bases: dict[str, RaterSpec], tmp_path: Path) -> None:
    base, folder = bases["cross-encoder"], tmp_path / "raters"
    train_rater(request(base), folder, tmp_path / "shared", silent, n_threads=1)

    after = train_rater(request(base, seed=1), folder, tmp_path / "shared", silent, n_threads=1)

    alone = train_rater(request(base, seed=1), folder, tmp_path / "own", silent, n_threads=1)
    assert after.digest == alone.digest


def test_leaked_queries_are_refused_however_the_parts_were_made(
    bases: dict[str, RaterSpec], tmp_path: Path
) -> None:
    asked = request(bases["cross-encoder"])
    leaky = replace(asked, parts={**asked.parts, "held-out": asked.parts["train"][:1]})

    with pytest.raises(LeakedQuery, match="is in train and in held-out"):
        train_rater(leaky, tmp_path / "raters", tmp_path / "u", silent)


def test_a_rater_refuses_weights_that_changed_after_training(
    bases: dict[str, RaterSpec], tmp_path: Path
) -> None:
    spec = train_rater(request(bases["local-llm"]), tmp_path / "raters", tmp_path / "u", silent)
    grading = Path(spec.adapter) / "grading.json"
    grading.write_text(grading.read_text().replace("0.", "0.9", 1))

    with pytest.raises(RaterMisconfigured, match="adapter of rater 'tiny': the weights at"):
        load_rater(spec)
