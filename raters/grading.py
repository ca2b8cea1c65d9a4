"""How the outputs of a trained model become a gain and a grade; a JSON file beside its weights."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from raters.protocol import RaterMisconfigured

GRADING_FILE = "grading.json"

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grading:
    """What validation queries taught about reading the model.

    Attributes:
        offsets: added to the logits of the grades 0..G: they undo the class weights of the training loss, so
            that the probabilities are those of the pairs as they come. Empty for none.
        cuts: for a model of one output: c_1..c_G of P(grade >= k) = 1 / (1 + exp(c_k - output)), rising.
        thresholds: the gains at which the grades 1..G begin, rising, in [0, 1]. Empty where the grade is
            the most probable one.
    """

    offsets: tuple[float, ...] = ()
    cuts: tuple[float, ...] = ()
    thresholds: tuple[float, ...] = ()

    def grade(self, gain: float, probabilities: _Floats | None) -> int:
        """The grade of a gain; of equally probable grades the lower one."""
        if self.thresholds:
            return int(np.searchsorted(np.array(self.thresholds), gain, side="right"))
        if probabilities is None:
            raise ValueError("neither thresholds nor probabilities say which grade this is")
        return int(probabilities.argmax())

    def save(self, folder: Path) -> None:
        """Write the file into a folder of weights."""
        (folder / GRADING_FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def load_grading(folder: Path, max_grade: int) -> Grading | None:
    """Read the file of a folder of weights; None where there is none.

    Raises:
        RaterMisconfigured: it is broken, or of another scale than 0..max_grade.
    """
    path = folder / GRADING_FILE
    if not path.is_file():
        return None
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(stored, Mapping):
            raise TypeError("not a mapping")
        grading = Grading(**{str(key): tuple(map(float, values)) for key, values in stored.items()})
    except (OSError, ValueError, TypeError) as error:
        raise RaterMisconfigured(f"{path}: {error}; train the rater again") from error
    _check(grading, max_grade, path)
    return grading


def read_thresholds(text: str, max_grade: int) -> tuple[float, ...]:
    """Read "0.2, 0.5, 0.8" as in `decoding.thresholds`.

    Raises:
        RaterMisconfigured: not as many rising numbers in [0, 1] as there are grades above 0.
    """
    try:
        thresholds = tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise RaterMisconfigured(f"decoding.thresholds: {text!r}: {error}") from error
    _check_rising(thresholds, max_grade, "decoding.thresholds")
    if not all(0.0 <= one <= 1.0 for one in thresholds):
        raise RaterMisconfigured(f"decoding.thresholds: {text!r} holds gains outside [0, 1]")
    return thresholds


def _check(grading: Grading, max_grade: int, path: Path) -> None:
    if grading.offsets and len(grading.offsets) != max_grade + 1:
        raise RaterMisconfigured(
            f"{path}: offsets of {len(grading.offsets)} grades where the rubric has {max_grade + 1}; use the "
            "prompt that the rater was trained with"
        )
    for name, numbers in (("cuts", grading.cuts), ("thresholds", grading.thresholds)):
        if numbers:
            _check_rising(numbers, max_grade, f"{path}, {name}")


def _check_rising(numbers: tuple[float, ...], max_grade: int, where: str) -> None:
    if len(numbers) != max_grade or list(numbers) != sorted(numbers) or not np.isfinite(numbers).all():
        raise RaterMisconfigured(
            f"{where}: {list(numbers)} are not {max_grade} finite, rising numbers, one for each grade above 0"
        )
