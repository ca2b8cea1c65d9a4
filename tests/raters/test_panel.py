"""Panels, worked by hand: what each rule makes of members' grades, and when there is no decision."""

import pytest

from raters.panel import RULES, combine
from raters.protocol import Outcome, Rated, Reason, Unrated, Usage

G = 3


def said(grade: int, gain: float | None = None, probabilities: tuple[float, ...] | None = None) -> Rated:
    return Rated(grade, grade / G if gain is None else gain, probabilities, "because", "reply", Usage(9, 9))


def refused() -> Unrated:
    return Unrated(Reason.REFUSED, "the model refused", "I can not", Usage(9, 9))


def panel(rule: str, *outcomes: Outcome, max_grade: int = G) -> Outcome:
    return combine(rule, {f"r{n}": one for n, one in enumerate(outcomes)}, max_grade)


def decided(rule: str, *grades: int, max_grade: int = G) -> tuple[int, float]:
    outcomes = (Rated(grade, grade / max_grade, None, "", "", Usage()) for grade in grades)
    outcome = panel(rule, *outcomes, max_grade=max_grade)
    assert isinstance(outcome, Rated)
    return outcome.grade, outcome.gain


@pytest.mark.parametrize(
    ("rule", "grades", "grade", "gain"),
    [
        ("median", (0, 3, 1), 1, 1 / 3),
        ("median", (3, 0), 0, 0.0),  # an even number: the lower of the middle two
        ("median", (0, 1, 2, 3), 1, 1 / 3),
        ("mean", (0, 1, 3), 1, 4 / 9),  # 4/3 is nearest to 1
        ("mean", (1, 2), 1, 0.5),  # 1.5 is as near to 1 as to 2
        ("mean", (2, 3), 2, 5 / 6),
        ("mean", (1, 3, 3), 2, 7 / 9),  # 7/3
        ("mean", (3, 3, 3), 3, 1.0),
        ("majority", (3, 3, 0), 3, 1.0),
        ("majority", (3, 0), 0, 0.0),  # a tie of two: the lower
        ("majority", (0, 2, 3), 2, 2 / 3),  # a tie of all: the median of what has most votes
        ("majority", (0, 0, 3, 3, 1), 0, 0.0),  # 1 has fewer votes than 0 and 3
    ],
)
def test_hand_worked(rule: str, grades: tuple[int, ...], grade: int, gain: float) -> None:
    assert decided(rule, *grades) == (grade, pytest.approx(gain))
    assert decided(rule, *reversed(grades)) == (grade, pytest.approx(gain))


@pytest.mark.parametrize("max_grade", [1, 4, 9])
@pytest.mark.parametrize("rule", RULES)
def test_scales_of_two_five_and_ten_grades(rule: str, max_grade: int) -> None:
    for grade in range(max_grade + 1):
        assert decided(rule, grade, grade, grade, max_grade=max_grade) == (
            grade,
            pytest.approx(grade / max_grade),
        )
    # Half way between neighbours falls to the lower one at every place of the scale.
    for grade in range(max_grade):
        assert decided(rule, grade, grade + 1, max_grade=max_grade)[0] == grade


def test_the_medians_of_grades_and_of_gains_are_apart() -> None:
    outcome = panel("median", said(0, 0.4), said(1, 0.2), said(3, 0.9))
    assert isinstance(outcome, Rated)
    assert (outcome.grade, outcome.gain) == (1, 0.4)


def test_probabilities_are_averaged_where_all_give_them() -> None:
    first, second = (0.1, 0.2, 0.3, 0.4), (0.5, 0.2, 0.3, 0.0)
    both = panel("mean", said(3, 2 / 3, first), said(0, 0.8 / 3, second), refused())
    one = panel("mean", said(3, 2 / 3, first), said(0))
    assert isinstance(both, Rated)
    assert isinstance(one, Rated)
    assert both.probabilities == pytest.approx((0.3, 0.2, 0.3, 0.2))
    # The mean gain is the expected grade of the averaged probabilities.
    assert both.gain == pytest.approx((0.2 * 1 + 0.3 * 2 + 0.2 * 3) / 3)
    assert one.probabilities is None


def test_more_than_half_of_the_members_decide() -> None:
    outcome = panel("median", said(2), refused(), said(3))
    assert isinstance(outcome, Rated)
    assert outcome.grade == 2
    assert outcome.rationale == "median of r0 2, r1 unrated (refused: the model refused), r2 3"


@pytest.mark.parametrize("outcomes", [(said(3), refused()), (refused(), refused(), said(3))])
def test_half_of_the_members_decide_nothing(outcomes: tuple[Outcome, ...]) -> None:
    outcome = panel("mean", *outcomes)
    assert isinstance(outcome, Unrated)
    assert outcome.reason is Reason.NO_QUORUM
    assert f"1 of {len(outcomes)} members" in outcome.detail
    assert "unrated (refused: the model refused)" in outcome.detail


def test_a_panel_costs_nothing_itself() -> None:
    assert panel("mean", said(3), said(3)).usage == Usage()
