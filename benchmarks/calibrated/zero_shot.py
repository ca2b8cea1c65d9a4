"""What SmolLM2 says without training: the rater that calibration is compared with."""

import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.calibrated.features import Evidence
from benchmarks.calibrated.measures import Rating
from evalhub.core.digest import text_digest
from raters.factory import load_rater
from raters.protocol import Rated, RateRequest
from raters.spec import resolve_rater

SPEC = {"name": "zero-shot", "kind": "local-llm", "model": "smollm2", "prompt": "graded-relevance"}


def zero_shot(evidence: Evidence, rows: npt.NDArray[np.bool_], cache: Path) -> tuple[Rating, float]:
    """Rate the chosen rows, or read them from `cache`; return the rating and pairs per second."""
    places = np.flatnonzero(rows)
    spec = resolve_rater(SPEC)
    key = text_digest(spec.digest, *(part for place in places for part in evidence.texts[place]))[:16]
    path = cache / f"{evidence.name}.zero-shot.{key}.npz"
    if not path.exists():
        _compute(evidence, places, path)
    stored = np.load(path)
    rating = Rating(evidence.query_ids[rows], evidence.grades[rows], stored["grades"], stored["gains"])
    return rating, float(stored["pairs_per_s"])


def _compute(evidence: Evidence, places: npt.NDArray[np.intp], path: Path) -> None:
    rater = load_rater(resolve_rater(SPEC), n_threads=2)
    requests = [RateRequest(*evidence.texts[place]) for place in places]
    grades, gains = np.zeros(len(places), np.int64), np.zeros(len(places))
    started = time.monotonic()
    for index, outcome in rater.rate(requests):
        if not isinstance(outcome, Rated):
            raise SystemExit(f"zero-shot left a pair of {evidence.name} unrated: {outcome.detail}")
        grades[index], gains[index] = outcome.grade, outcome.gain
    pairs_per_s = len(places) / (time.monotonic() - started)
    rater.close()
    np.savez(path, grades=grades, gains=gains, pairs_per_s=pairs_per_s)
