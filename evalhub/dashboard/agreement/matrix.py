"""A confusion matrix and a matrix of kappas as their templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from evalhub.dashboard.agreement.place import Place

SHADES = 6
LABEL_CHARACTERS = 22

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number with the shade of its weight and where it leads; `name` is GRADE,GRADE or nothing."""

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
    """Quadratic kappa of each grader with each."""
    matrix = found["matrix"]
    graders = matrix["graders"]
    rows = []
    for at, grader in enumerate(graders):
        kappas = zip(graders, matrix["kappa_quadratic"][at], matrix["n_pairs"][at], strict=True)
        cells = []
        for other, value, n in kappas:
            is_same = other is grader
            question = "" if is_same else place.question_of(grader["grader"], other["grader"])
            cells.append(Cell("", value, n, _shade(value or 0.0), question))
        rows.append(Row(_cut(grader["name"]), grader["name"], cells))
    return rows


def pair_address(place: Place) -> str:
    """The page of two graders, without its question."""
    return reverse("agreement-pair", args=[place.collection.pk])


def _shade(share: float) -> int:
    """0 for nothing to SHADES - 1 for all."""
    return min(SHADES - 1, max(0, int(share * SHADES)))


def _cut(name: str) -> str:
    return name if len(name) <= LABEL_CHARACTERS else f"{name[: LABEL_CHARACTERS - 1]}…"
