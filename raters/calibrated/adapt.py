"""Recalibrates a calibrated rater on labelled pairs: one spec in, the spec of a better version out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evalhub.core.digest import JsonValue
from evalhub.core.trained_on import trained_on
from raters.calibrated.evidence import EvidenceReader, read_pairs
from raters.calibrated.loading import load_encoder
from raters.calibrated.model import CalibratedModel
from raters.calibrated.ordinal import Floats, Grades
from raters.calibrated.recalibrate import recalibrate
from raters.calibrated.statistics import CorpusStatistics
from raters.calibrated.thresholds import quadratic_kappas
from raters.spec import RaterSpec
from raters.tuning.parts import Labelled, Parts, query_digests


@dataclass(frozen=True, slots=True)
class Adapted:
    """The spec of the recalibrated rater, and what training queries alone make of the validation queries.

    Attributes:
        train_loss, validation_loss: cross-entropy of the grades' probabilities.
        validation_kappa: quadratic.
    """

    spec: RaterSpec
    train_loss: float
    validation_loss: float
    validation_kappa: float


def adapt(
    spec: RaterSpec,
    parts: Parts,
    statistics: Path,
    about: Mapping[str, JsonValue],
    *,
    n_threads: int | None = None,
    device: str = "cpu",
) -> Adapted:
    """Learn weights, cuts and thresholds from labels of a new domain.

    Training queries alone are fitted first, to see on the validation queries how far that carries; the
    rater itself is fitted to both. Some 50 labels move the cuts, hundreds the weights.

    Args:
        spec: of kind calibrated; its own model is what the new one is pulled towards.
        statistics: of the collection that the labels belong to.
        about: what the manifest says of where the labels come from.

    Raises:
        UnableToRecalibrate: the labels can not teach.
        RaterMisconfigured, UnableToFindWeights, UnableToReadStatistics: a piece is missing or changed.
    """
    model, max_grade = CalibratedModel.from_dict(spec.learned), spec.rubric.max_grade
    encoder = load_encoder(spec.model, spec.revision, n_threads=n_threads, device=device)
    reader = EvidenceReader(CorpusStatistics.load(statistics), encoder)
    features = model.ordinal.features
    train, validation = (_read(reader, parts[part], features) for part in ("train", "validation"))  # type: ignore[index]
    tried = recalibrate(model, *train, max_grade=max_grade)
    both = [np.concatenate(pair) for pair in zip(train, validation, strict=True)]
    fitted = recalibrate(model, both[0], both[1], max_grade=max_grade)
    return Adapted(
        spec=replace(spec, learned=fitted.to_dict(), training=_manifest(spec, parts, about)),
        train_loss=_loss(tried, *train),
        validation_loss=_loss(tried, *validation),
        validation_kappa=_kappa(tried, *validation),
    )


def _read(
    reader: EvidenceReader, labelled: Sequence[Labelled], features: Sequence[str]
) -> tuple[Floats, Grades]:
    pairs = [(one.request.query, one.request.title, one.request.text) for one in labelled]
    return read_pairs(reader, pairs, features), np.array([one.grade for one in labelled], dtype=np.int64)


def _loss(model: CalibratedModel, values: Floats, grades: Grades) -> float:
    chosen = model.probabilities(values)[np.arange(len(grades)), grades]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def _kappa(model: CalibratedModel, values: Floats, grades: Grades) -> float:
    rated = model.grades(model.gains(values))
    return float(quadratic_kappas(rated, grades, np.zeros_like(grades), model.max_grade + 1)[0])


def _manifest(spec: RaterSpec, parts: Parts, about: Mapping[str, JsonValue]) -> Mapping[str, object]:
    return {
        **about,
        "base": {key: value for key, value in spec.training.items() if key != "query_digests"},
        "n_labels": len(parts["train"]) + len(parts["validation"]),
        "query_digests": sorted({*query_digests(parts), *trained_on(spec.to_dict())}),
    }
