"""What a calibrated rater learned: an ordinal model, and the gains at which each grade begins."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

import numpy as np

from raters.calibrated.names import FEATURES
from raters.calibrated.ordinal import Floats, Grades, OrdinalModel

_TEXT = "features"
_NUMBERS = ("centre", "scale", "weights", "cuts", "thresholds")


class UnableToReadModel(ValueError):
    """A mapping is no calibrated model; the message names the field."""


@dataclass(frozen=True, slots=True)
class CalibratedModel:
    """Evidence to probabilities, gain and grade.

    Attributes:
        thresholds: the gains at which the grades 1..G begin, rising, in [0, 1].
    """

    ordinal: OrdinalModel
    thresholds: tuple[float, ...]

    @property
    def max_grade(self) -> int:
        """G, the best grade."""
        return self.ordinal.max_grade

    def probabilities(self, values: Floats) -> Floats:
        """Probabilities of the grades: (n, n_features) to (n, G + 1)."""
        return self.ordinal.probabilities(values)

    def gains(self, values: Floats) -> Floats:
        """The expected grade over G: (n,)."""
        return self.ordinal.expected(values) / self.max_grade

    def grades(self, gains: Floats) -> Grades:
        """The grade whose threshold a gain reached: (n,).

        The grade is not the most probable one: where most documents are irrelevant, that is always 0.
        """
        return np.searchsorted(np.array(self.thresholds), gains, side="right").astype(np.int64)

    def rescaled(self, max_grade: int) -> "CalibratedModel":
        """Return the model for a scale 0..`max_grade`.

        Grade k of G begins at the place (k - 1/2) / G of the way from worst to best. Cuts and thresholds
        are interpolated between these places, so that the same evidence keeps its place.

        Raises:
            ValueError: a model of two grades does not say how far others are apart.
        """
        if max_grade == self.max_grade:
            return self
        if self.max_grade < 2:
            raise ValueError("a calibration of grades 0..1 fits no other scale; recalibrate with its grades")
        known, wanted = _places(self.max_grade), _places(max_grade)
        cuts = _interpolated(wanted, known, np.array(self.ordinal.cuts))
        thresholds = np.interp(wanted, [0.0, *known, 1.0], [0.0, *self.thresholds, 1.0])
        return CalibratedModel(replace(self.ordinal, cuts=tuple(cuts.tolist())), tuple(thresholds.tolist()))

    def to_dict(self) -> dict[str, object]:
        """Return JSON types that `from_dict` takes back."""
        fields = {**asdict(self.ordinal), "thresholds": self.thresholds}
        return {name: list(values) for name, values in fields.items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "CalibratedModel":
        """Read what `to_dict` wrote.

        Raises:
            UnableToReadModel: a field is missing, or its numbers are too few, not finite or not rising.
        """
        lists = {name: _read_list(stored, name) for name in (_TEXT, *_NUMBERS)}
        features = tuple(str(name) for name in lists.pop(_TEXT))
        if unknown := [name for name in features if name not in FEATURES]:
            raise UnableToReadModel(
                f"features: {', '.join(unknown)} unknown; there are {', '.join(FEATURES)}"
            )
        numbers = {name: _read_numbers(name, values) for name, values in lists.items()}
        for name in ("centre", "scale", "weights"):
            if len(numbers[name]) != len(features):
                raise UnableToReadModel(f"{name}: {len(numbers[name])} numbers for {len(features)} features")
        thresholds = numbers.pop("thresholds")
        if not thresholds or len(thresholds) != len(numbers["cuts"]):
            raise UnableToReadModel(f"thresholds: {len(thresholds)} for {len(numbers['cuts'])} cuts")
        for name, values in (("cuts", numbers["cuts"]), ("thresholds", thresholds)):
            if list(values) != sorted(values):
                raise UnableToReadModel(f"{name}: {list(values)} do not rise")
        if min(numbers["scale"], default=1.0) <= 0:
            raise UnableToReadModel(f"scale: {list(numbers['scale'])} must be above 0")
        return cls(OrdinalModel(features=features, **numbers), thresholds)


def _read_list(stored: Mapping[str, object], name: str) -> Sequence[Any]:
    value = stored.get(name)
    if not isinstance(value, list | tuple):
        raise UnableToReadModel(f"{name}: {value!r} is not a list")
    return value


def _read_numbers(name: str, values: Sequence[Any]) -> tuple[float, ...]:
    if not all(isinstance(value, int | float) and np.isfinite(value) for value in values):
        raise UnableToReadModel(f"{name}: {list(values)} are not all finite numbers")
    return tuple(float(cast(float, value)) for value in values)


def _places(max_grade: int) -> Floats:
    return np.asarray((np.arange(1, max_grade + 1) - 0.5) / max_grade)


def _interpolated(wanted: Floats, known: Floats, values: Floats) -> Floats:
    """Linear between the known places, and beyond them as steep as the last two."""
    inside = np.interp(wanted, known, values)
    low, high = (np.diff(values) / np.diff(known))[[0, -1]]
    return np.asarray(
        inside + low * np.minimum(0, wanted - known[0]) + high * np.maximum(0, wanted - known[-1])
    )
