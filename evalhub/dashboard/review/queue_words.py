"""What the figures of a review mean, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalhub.selectors.review.chosen import Chosen
from evalhub.selectors.review.counts import Confusion
from evalhub.selectors.review.options import Options


@dataclass(frozen=True, slots=True)
class Subject:
    """What a label moves: a difference of two systems, the score of one, or the most that any two differ."""

    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Pairs with these two grades; `shade` is 0 for none to 4 for most."""

    grades: str
    count: int
    shade: int
    is_same: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """A confusion matrix as a table of links."""

    first: str
    second: str
    raters: str
    n_pairs: int
    columns: Sequence[int]
    lines: Sequence[tuple[int, Sequence[Cell]]]


def subject_of(options: Options, chosen: Chosen) -> Subject:
    """What the influence on the page is about."""
    names = list(options.systems.values())
    if chosen.system is not None:
        against = "" if chosen.against is None else options.systems[chosen.against]
        return Subject(options.systems[chosen.system], against)
    return Subject(*names) if len(names) in (1, 2) else Subject()


def matrix_of(found: Confusion, options: Options, chosen: Chosen) -> Matrix:
    """The matrix with an address for every cell."""
    first, second = found.raters
    return Matrix(
        first=options.graders[first],
        second=options.graders[second],
        raters=f"{first},{second}",
        n_pairs=found.n_pairs,
        columns=found.columns,
        lines=[
            (
                grade,
                [
                    Cell(
                        grades=f"{grade},{other}",
                        count=count,
                        shade=_shade(count, found.most),
                        is_same=grade == other,
                        is_chosen=(chosen.raters, chosen.grades) == (found.raters, (grade, other)),
                    )
                    for other, count in zip(found.columns, counts, strict=True)
                ],
            )
            for grade, counts in zip(found.rows, found.counts, strict=True)
        ],
    )


def _shade(count: int, most: int) -> int:
    """Square roots, so that rare confusions are seen beside the frequent agreements."""
    return 0 if count == 0 else 1 + min(3, int(4 * (count / most) ** 0.5))
