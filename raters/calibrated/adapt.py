"""Recalibrates a calibrated rater on labelled pairs: one spec in, the spec of a better version out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from evalhub.core.digest import JsonValue, text_digest
from evalhub.core.split import folded
from evalhub.core.trained_on import SHORT, trained_on
from raters.calibrated.evidence import EvidenceReader, read_pairs
from raters.calibrated.loading import load_encoder
from raters.calibrated.model import CalibratedModel
from raters.calibrated.recalibrate import recalibrate
from raters.calibrated.statistics import CorpusStatistics
from raters.protocol import RateRequest
from raters.spec import RaterSpec

Labelled = tuple[RateRequest, int]
"""A pair and its gold grade, 0..G of the rater's rubric."""


def adapt(
    spec: RaterSpec,
    labelled: Sequence[Labelled],
    statistics: Path,
    about: Mapping[str, JsonValue],
    *,
    n_threads: int | None = None,
    device: str = "cpu",
) -> RaterSpec:
    """Learn weights, cuts and thresholds from labels of a new domain.

    Args:
        spec: of kind calibrated; its own model is what the new one is pulled towards.
        labelled: of training queries only; some 50 are enough to move the cuts, hundreds move the weights.
        statistics: of the collection that the labels belong to.
        about: what the manifest says of where the labels come from.

    Raises:
        UnableToRecalibrate: the labels can not teach.
        RaterMisconfigured, UnableToFindWeights, UnableToReadStatistics: a piece is missing or changed.
    """
    encoder = load_encoder(spec, n_threads=n_threads, device=device)
    model = CalibratedModel.from_dict(spec.learned)
    reader = EvidenceReader(CorpusStatistics.load(statistics), encoder)
    pairs = [(request.query, request.title, request.text) for request, _ in labelled]
    values = read_pairs(reader, pairs, model.ordinal.features)
    grades = np.array([grade for _, grade in labelled], dtype=np.int64)
    fitted = recalibrate(model, values, grades, max_grade=spec.rubric.max_grade)
    return replace(spec, learned=fitted.to_dict(), statistics="", training=_manifest(spec, labelled, about))


def _manifest(
    spec: RaterSpec, labelled: Sequence[Labelled], about: Mapping[str, JsonValue]
) -> Mapping[str, object]:
    ours = {text_digest(folded(request.query))[:SHORT] for request, _ in labelled}
    return {
        **about,
        "base": {key: value for key, value in spec.training.items() if key != "query_digests"},
        "n_labels": len(labelled),
        "query_digests": sorted(ours | trained_on(spec.to_dict())),
    }
