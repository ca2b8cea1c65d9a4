"""Pairs per second of each kind of evidence, on two threads."""

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from benchmarks.calibrated.features import Evidence
from raters.calibrated.encoder import TextEncoder
from raters.calibrated.model import CalibratedModel
from raters.calibrated.rater import CalibratedRater
from raters.calibrated.statistics import CorpusStatistics
from raters.protocol import RateRequest

N_PAIRS = 128


def pairs_per_second(
    model: CalibratedModel,
    evidence: Evidence,
    rows: npt.NDArray[np.bool_],
    statistics: CorpusStatistics,
    encoder: TextEncoder | None,
) -> float:
    """Time a rater over N_PAIRS random rows, its encoder loaded."""
    places = np.random.default_rng(0).permutation(np.flatnonzero(rows))[:N_PAIRS]
    requests = [RateRequest(*evidence.texts[place]) for place in sorted(places)]
    rater = CalibratedRater(model, statistics, encoder, max_grade=3)
    return len(requests) / _seconds(lambda: list(rater.rate(requests)))


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
