"""Fine-tune a rater: labelled pairs in, a folder named by its digest and the spec of the new version out."""

import gc
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from evalhub.core.digest import JsonValue
from evalhub.core.trained_on import trained_on
from raters.factory import load_rater
from raters.grading import Grading
from raters.manifest import save_manifest
from raters.protocol import Rated
from raters.spec import RaterSpec
from raters.tuning.loop import Report, Training, fitted_kappa
from raters.tuning.parts import (
    Parts,
    UnableToTrain,
    check_no_leak,
    counts,
    data_digest,
    query_digests,
    training_key,
)
from raters.tuning.settings import TuneSettings
from raters.tuning.trainable import make_trainable
from raters.weights import weights_revision

LIBRARIES = ("torch", "transformers", "peft", "safetensors", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class TuneRequest:
    """What is to be trained.

    Attributes:
        spec: the rater before training; of a cross-encoder its model is the body.
        about: what the manifest says of where the labels come from.
    """

    spec: RaterSpec
    settings: TuneSettings
    parts: Parts
    about: Mapping[str, JsonValue]

    @property
    def key(self) -> str:
        """See `training_key`."""
        return training_key(self.spec, self.settings, self.parts)


def train_rater(
    request: TuneRequest,
    folder: Path,
    unfinished: Path,
    report: Report,
    *,
    n_threads: int | None = None,
    device: str = "cpu",
) -> RaterSpec:
    """Train, or go on after the last checkpoint, and return the spec of the trained rater.

    Args:
        folder: gets a folder named by the digest of the new weights.
        unfinished: the training's own folder, with its checkpoint; the caller removes it in the end.
        report: told of progress at every step.

    Raises:
        LeakedQuery: a query is in two parts.
    """
    check_no_leak(request.parts)
    if n_threads is not None:
        torch.set_num_threads(n_threads)
    for one in (folder, unfinished):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    result = unfinished / f"result-{os.getpid()}"
    shutil.rmtree(result, ignore_errors=True)
    result.mkdir()
    offsets, manifest = _train(request, result, unfinished, report, device)
    save_manifest(manifest, result)
    Grading(offsets=offsets).save(result)
    thresholds = _thresholds(request, _trained_spec(request.spec, result), n_threads, device)
    Grading(offsets=offsets, thresholds=thresholds).save(result)
    return _trained_spec(request.spec, _put(result, folder), manifest)


def _train(
    request: TuneRequest, result: Path, unfinished: Path, report: Report, device: str
) -> tuple[tuple[float, ...], dict[str, JsonValue]]:
    with torch.random.fork_rng():
        torch.manual_seed(request.settings.seed)
        model = make_trainable(request.spec, request.settings, device)
    max_grade = request.spec.rubric.max_grade
    training = Training(model, request.parts, request.settings, max_grade, unfinished, request.key, report)
    state, offsets = training.run()
    model.save(result)
    del model, training
    gc.collect()  # the rater that fits the thresholds is loaded next
    curve: list[JsonValue] = [asdict(one) for one in state.curve]
    return tuple(offsets.tolist()), {**_manifest(request), "curve": curve, "best_epoch": state.best_epoch}


def _thresholds(
    request: TuneRequest, spec: RaterSpec, n_threads: int | None, device: str
) -> tuple[float, ...]:
    """Where grades begin: fitted to what the finished rater itself says of the validation queries."""
    pairs = request.parts["validation"]
    rater = load_rater(spec, n_threads=n_threads, device=device)
    rated = [
        (outcome.gain, pairs[index].grade)
        for index, outcome in rater.rate([pair.request for pair in pairs])
        if isinstance(outcome, Rated)
    ]
    rater.close()
    if not rated:
        raise UnableToTrain("the trained rater graded no validation pair; lower the learning rate")
    gains, gold = np.array([gain for gain, _ in rated]), np.array([grade for _, grade in rated])
    return tuple(fitted_kappa(gains, gold, spec.rubric.max_grade)[1].tolist())


def _trained_spec(
    spec: RaterSpec, folder: Path, manifest: Mapping[str, JsonValue] | None = None
) -> RaterSpec:
    training = manifest or {}
    if spec.kind == "cross-encoder":
        return replace(spec, model=str(folder), revision=weights_revision(folder), training=training)
    return replace(spec, adapter=str(folder), adapter_revision=weights_revision(folder), training=training)


def _put(result: Path, folder: Path) -> Path:
    """Move a finished folder to its name in one step; an equal one that is there already stays."""
    final = folder / weights_revision(result).removeprefix("sha256:")
    try:
        os.rename(result, final)
    except OSError:
        if not final.is_dir():
            raise
        shutil.rmtree(result)
    return final


def _manifest(request: TuneRequest) -> dict[str, JsonValue]:
    return {
        **request.about,
        "data_digest": data_digest(request.parts),
        "base": {"model": request.spec.model, "revision": request.spec.revision},
        "settings": request.settings.to_dict(),
        "parts": {**counts(request.parts)},
        "libraries": {name: version(name) for name in LIBRARIES},
        # A base that was trained here before still knows what it learnt then.
        "query_digests": [*sorted({*query_digests(request.parts), *trained_on(request.spec.to_dict())})],
    }
