"""What people's grades come to, case by case."""

import pytest

from evalhub.core.settling import settled


@pytest.mark.parametrize(
    ("said", "n_wanted", "expected"),
    [
        ([], 1, ("open", None)),
        ([2], 1, ("settled", 2)),
        ([0], 1, ("settled", 0)),
        ([None], 1, ("unclear", None)),
        ([2, 2], 1, ("settled", 2)),
        ([2, 3], 1, ("differ", None)),
        ([None, 2], 1, ("settled", 2)),
        ([2], 2, ("open", None)),
        ([None], 2, ("open", None)),
        ([2, 2], 2, ("settled", 2)),
        ([2, 0], 2, ("differ", None)),
        ([2, 0], 3, ("differ", None)),
        ([2, None], 2, ("differ", None)),
        ([None, None], 2, ("unclear", None)),
        ([2, None, 2], 2, ("settled", 2)),
    ],
)
def test_what_grades_come_to(said: list[int | None], n_wanted: int, expected: tuple[str, int | None]) -> None:
    assert settled(said, n_wanted) == expected
