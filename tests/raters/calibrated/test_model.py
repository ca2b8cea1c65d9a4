"""What was learned: grades from gains, other scales, JSON."""

import json

import numpy as np
import pytest

from raters.calibrated.model import CalibratedModel, UnableToReadModel
from raters.calibrated.ordinal import OrdinalModel
from raters.calibrated.stored import shipped_model

MODEL = CalibratedModel(
    OrdinalModel(("coverage",), (0.5,), (0.25,), (2.0,), (-1.0, 0.0, 2.0)), (0.2, 0.4, 0.8)
)
VALUES = np.linspace(0, 1, 21)[:, None]


def test_a_grade_begins_at_its_threshold() -> None:
    assert MODEL.grades(np.array([0.0, 0.19, 0.2, 0.5, 0.8, 1.0])).tolist() == [0, 0, 1, 2, 3, 3]


def test_the_gain_is_the_expected_grade_over_the_best() -> None:
    expected = MODEL.probabilities(VALUES) @ [0, 1 / 3, 2 / 3, 1]

    assert MODEL.gains(VALUES) == pytest.approx(expected)


def test_relevant_of_two_grades_is_the_middle_of_four() -> None:
    binary = MODEL.rescaled(1)

    # the place 1/2 lies at the second of the cuts and thresholds at 1/6, 1/2, 5/6
    assert binary.ordinal.cuts == pytest.approx([0.0])
    assert binary.thresholds == pytest.approx([0.4])
    assert binary.probabilities(VALUES)[:, 1] == pytest.approx(MODEL.probabilities(VALUES)[:, 2:].sum(axis=1))


def test_five_grades_lie_between_and_beyond_four() -> None:
    five = MODEL.rescaled(4)

    # places 1/8, 3/8, 5/8, 7/8; slopes 3, 3 (below 1/2) and 6 (above)
    assert five.ordinal.cuts == pytest.approx([-1.125, -0.375, 0.75, 2.25])
    # thresholds run from (0, 0) over (1/6, .2), (1/2, .4), (5/6, .8) to (1, 1)
    assert five.thresholds == pytest.approx([0.15, 0.325, 0.55, 0.85])


@pytest.mark.parametrize("max_grade", range(1, 10))
def test_every_scale_has_rising_grades_and_whole_probabilities(max_grade: int) -> None:
    model = MODEL.rescaled(max_grade)

    probabilities = model.probabilities(VALUES)
    assert probabilities.shape == (21, max_grade + 1)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(21))
    assert (probabilities >= 0).all()
    assert (np.diff(model.gains(VALUES)) > 0).all()
    assert list(model.thresholds) == sorted(model.thresholds)


def test_two_grades_fit_no_other_scale() -> None:
    with pytest.raises(ValueError, match="recalibrate with its grades"):
        MODEL.rescaled(1).rescaled(3)


def test_round_trip_through_json() -> None:
    assert CalibratedModel.from_dict(json.loads(json.dumps(MODEL.to_dict()))) == MODEL


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("features", "coverage"),
        ("features", ["magic"]),
        ("weights", [1.0, 2.0]),
        ("cuts", [0.0, 2.0, 1.0]),
        ("thresholds", [0.1]),
        ("scale", [0.0]),
        ("centre", [float("nan")]),
        ("centre", ["0.5"]),
        ("cuts", None),
    ],
)
def test_a_broken_model_names_its_field(field: str, value: object) -> None:
    with pytest.raises(UnableToReadModel, match=f"^{field}: "):
        CalibratedModel.from_dict({**MODEL.to_dict(), field: value})


@pytest.mark.parametrize("evidence", ["all", "lexical"])
def test_what_ships_is_whole(evidence: str) -> None:
    model = shipped_model(evidence)

    assert model.max_grade == 3
    assert ("similarity" in model.ordinal.features) == (evidence == "all")
