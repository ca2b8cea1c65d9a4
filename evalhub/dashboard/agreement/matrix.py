"""A confusion matrix and a matrix of kappas as their templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from evalhub.dashboard.agreement.place import Place

SHADES = 6
LABEL_CHARACTERS = 22

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number with the shade of its weight and where it leads.

    Attributes:
        name: GRADE,GRADE in a confusion matrix, the number as it is shown in one of kappas.
    """

    name: str
    value: float | None
    n_pairs: int
    shade: int
    question: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `total` is the sum of its cells."""

    label: str
    name: str
    cells: Sequence[Cell]
    total: int = 0


def confusion_rows(report: Json, question: str) -> list[Row]:
    """Rows are the first grader's grades; a cell's value is its share of the row."""
    rows = []
    for grade, counts in enumerate(report["confusion"]):
        total = sum(counts)
        cells = []
        for other, n in enumerate(counts):
            share = n / total if total else 0.0
            name = f"{grade},{other}"
            cells.append(Cell(name, share, n, _shade(share), f"{question}&cell={name}"))
        rows.append(Row(str(grade), "", cells, total))
    return rows


def kappa_rows(found: Json, place: Place) -> list[Row]:
    """Quadratic kappa of each grader with each; two links lead to the same two, in either order."""
    matrix = found["matrix"]
    graders = matrix["graders"]
    # Written once each: there are as many cells as graders squared.
    firsts = [urlencode({"first": one["grader"]}) for one in graders]
    seconds = [urlencode({"second": one["grader"]}) for one in graders]
    rest = f"&{place.choice}" if place.choice else ""
    rows = []
    for at, grader in enumerate(graders):
        cells = []
        for other, value in enumerate(matrix["kappa_quadratic"][at]):
            question = "" if other == at else f"{firsts[at]}&{seconds[other]}{rest}"
            name = "" if value is None else f"{value:.2f}".replace("-", "\u2212")
            cells.append(Cell(name, value, 0, _shade(value or 0.0), question))
        rows.append(Row(_cut(grader["name"]), grader["name"], cells))
    return rows


def pair_address(place: Place) -> str:
    """The page of two graders, without its question."""
    return reverse("agreement-pair", args=[place.collection.pk])


def _shade(share: float) -> int:
    """0 for nothing to SHADES - 1 for all."""
    return min(SHADES - 1, max(0, int(share * SHADES)))


def _cut(name: str) -> str:
    """Without its middle: names of a family begin alike, and versions end them."""
    half = LABEL_CHARACTERS // 2
    return name if len(name) <= LABEL_CHARACTERS else f"{name[: half - 1]}…{name[-half:]}"
