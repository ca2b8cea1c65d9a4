"""How outputs become grades, and files that are broken."""

from pathlib import Path

import numpy as np
import pytest

from raters.grading import GRADING_FILE, Grading, load_grading
from raters.protocol import RaterMisconfigured


def test_thresholds_are_where_grades_begin() -> None:
    grading = Grading(thresholds=(0.2, 0.5, 0.8))

    assert [grading.grade(gain, None) for gain in (0.0, 0.19, 0.2, 0.5, 0.79, 0.8, 1.0)] == [
        *(0, 0, 1, 2, 2, 3, 3)
    ]


def test_without_thresholds_the_most_probable_grade_counts_and_of_equals_the_lower() -> None:
    assert Grading().grade(0.5, np.array([0.1, 0.4, 0.4, 0.1])) == 1


def test_neither_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="neither thresholds nor probabilities"):
        Grading().grade(0.5, None)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    grading = Grading(offsets=(0.0, 1.5), thresholds=(0.25,))
    grading.save(tmp_path)

    assert load_grading(tmp_path, 1) == grading
    assert load_grading(tmp_path / "nowhere", 1) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "train the rater again"),
        ("[]", "not a mapping"),
        ('{"cutoffs": [1]}', "train the rater again"),
        ('{"offsets": [0, 1, 2]}', "offsets of 3 grades where the rubric has 2"),
        ('{"thresholds": [0.1, 0.2]}', "not 1 finite, rising numbers"),
        ('{"cuts": [NaN]}', "not 1 finite, rising numbers"),
    ],
)
def test_a_broken_file_names_itself(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / GRADING_FILE).write_text(text)

    with pytest.raises(RaterMisconfigured, match=problem) as raised:
        load_grading(tmp_path, 1)
    assert GRADING_FILE in str(raised.value)
