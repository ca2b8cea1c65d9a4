"""Charts of agreement, on its pages and to take along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from evalhub.dashboard.agreement.place import place_of, stored_of
from evalhub.dashboard.chart_files import FORMS, Draw, chart_response
from evalhub.selectors.charts import agreement as rows_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A chart: its title, how to read it, and where its rows come from."""

    title: str
    help: str
    rows: Callable[[Json], list[Json]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart on a page, with the same numbers as a table."""

    name: str
    kind: Kind
    columns: Sequence[str]
    lines: Sequence[Sequence[Any]]


PAIR = {
    "figures": Kind(
        "Figures",
        "Dot and bar: the figure with its 95% interval over queries. Grey tick: what always giving the "
        "commonest grade gets. Green diamond: what people reach among themselves, where two or more graded "
        "the same pairs.",
        rows_of.figure_rows,
    ),
    "calibration": Kind(
        "Calibration",
        "On the dashed line the two mean the same. Below it the first is too generous, above it too strict. "
        "Larger dots hold more pairs.",
        rows_of.calibration_rows,
    ),
    "tags": Kind(
        "Kinds of queries",
        "Agreement within each query tag, with 95% intervals where a tag has two queries or more.",
        rows_of.tag_rows,
    ),
}
ALL = {
    "graders": Kind(
        "Against gold labels",
        "Quadratic kappa with its 95% interval over queries; 0 is chance, 1 is perfect. Two whose bars "
        "overlap may still differ: compare them on the same pairs. Green line: what people reach among "
        "themselves.",
        rows_of.grader_rows,
    )
}


def chart(request: HttpRequest, collection_id: int, name: str, form: str) -> HttpResponse:
    """One chart: of all graders, or of the two that the address names."""
    kinds = {**PAIR, **ALL}
    if name not in kinds or form not in FORMS:
        raise Http404(f"charts are {', '.join(kinds)}; each as {', '.join(FORMS)}")
    place = place_of(request, collection_id, request.GET, is_pair=name in PAIR)
    stored = stored_of(place.asked) if place.asked else None
    if stored is None or stored.shown is None:
        raise Http404("there is nothing to draw yet")
    rows = kinds[name].rows(stored.shown.figures or {})
    return chart_response(f"agreement-{collection_id}-{name}", form, rows, _drawing(name))


def shown_of(kinds: dict[str, Kind], figures: Json) -> list[Shown]:
    """The charts that have something to draw."""
    found = []
    for name, kind in kinds.items():
        if rows := kind.rows(figures):
            found.append(Shown(name, kind, list(rows[0]), [list(row.values()) for row in rows]))
    return found


def _drawing(name: str) -> Draw:
    from evalhub.charts.agreement_drawings import DRAWINGS  # half a second that other pages need not wait for

    return DRAWINGS[name]
