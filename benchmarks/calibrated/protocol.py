"""Leave one collection out: what a rater says about a collection when it was trained on the others."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from benchmarks.calibrated.collections import GOLD, TRAIN_SETS, nih_pairs
from benchmarks.calibrated.features import Evidence
from benchmarks.calibrated.measures import Rating
from evalhub.core.split import Part
from raters.calibrated.model import CalibratedModel
from raters.calibrated.recalibrate import recalibrate
from raters.calibrated.train import MAX_GRADE, Labelled, learn

Rows = npt.NDArray[np.bool_]
N_LABELS = 50
N_DRAWS = 20


def is_nih(evidence: Evidence) -> Rows:
    """Which rows of LiveQA may be redistributed."""
    allowed = nih_pairs()
    pairs = zip(evidence.query_ids.tolist(), evidence.doc_ids.tolist(), strict=True)
    return np.array([pair in allowed for pair in pairs])


def training_data(
    data: Mapping[str, Evidence],
    features: tuple[str, ...],
    *,
    without: str = "",
    sets: tuple[str, ...] = TRAIN_SETS,
) -> list[Labelled]:
    """The training queries of everything that may be trained on, but not of `without`."""
    collections = []
    for name in (*GOLD, *sets):
        if name != without:
            evidence = data[name]
            rows = evidence.rows("train")
            if name == "liveqa-medquad":
                rows &= is_nih(evidence)
            collections.append(Labelled(name, evidence.columns(features)[rows], evidence.grades[rows]))
    return collections


def rate(model: CalibratedModel, evidence: Evidence, rows: Rows) -> Rating:
    """Grade the chosen rows."""
    gains = model.gains(evidence.columns(model.ordinal.features)[rows])
    return Rating(evidence.query_ids[rows], evidence.grades[rows], model.grades(gains), gains)


def left_out(data: Mapping[str, Evidence], features: tuple[str, ...], target: str) -> CalibratedModel:
    """A model that never saw the target."""
    return learn(training_data(data, features, without=target), features)


def recalibrated(
    model: CalibratedModel, evidence: Evidence, labelled: Rows, tested: Rows, **priors: float
) -> list[Rating]:
    """Recalibrate on N_LABELS random pairs of the labelled rows, N_DRAWS times; rate the tested rows."""
    ratings = []
    values = evidence.columns(model.ordinal.features)
    for draw in range(N_DRAWS):
        rng = np.random.default_rng(draw)
        chosen = rng.choice(np.flatnonzero(labelled), N_LABELS, replace=False)
        fitted = recalibrate(model, values[chosen], evidence.grades[chosen], max_grade=MAX_GRADE, **priors)
        ratings.append(rate(fitted, evidence, tested))
    return ratings


def rows_of(evidence: Evidence, *parts: Part, nih_only: bool = False) -> Rows:
    """The rows of some parts, of LiveQA on request the NIH subset."""
    rows = evidence.rows(*parts)
    return rows & is_nih(evidence) if nih_only else rows
