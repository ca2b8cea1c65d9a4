"""A chart as a file to take along: its rows as CSV, its specification, or drawn."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse

from evalhub.dashboard.csv_file import csv_text

Rows = Sequence[dict[str, Any]]
Spec = dict[str, Any]
Draw = Callable[[Rows], Spec]

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
"""What a chart can be had as, and the content type of each."""

OFFERED = ("svg", "png", "csv")
"""What people are offered; the specification is for the browser."""


def chart_response(file: str, form: str, rows: Rows, draw: Draw) -> HttpResponse:
    """The rows of a chart as a file of that name, or as a specification for the browser.

    Raises:
        Http404: there are no rows, or no such form.
    """
    if form not in FORMS:
        raise Http404(f"charts come as {', '.join(FORMS)}")
    if not rows:
        raise Http404("there is nothing to draw yet")
    response = HttpResponse(_content(form, rows, draw), content_type=FORMS[form])
    if form != "json":
        response["Content-Disposition"] = f'attachment; filename="{file}.{form}"'
    return response


def campaign_drawing(name: str) -> Draw:
    """What draws a chart of campaigns."""
    from evalhub.charts.drawings import DRAWINGS  # half a second that other pages need not wait for

    return DRAWINGS[name]


def _content(form: str, rows: Rows, draw: Draw) -> str | bytes:
    if form == "csv":
        return csv_text(list(rows[0]), rows)
    spec = draw(rows)
    if form == "json":
        return json.dumps(spec)
    # Starts a script engine, which pages without a drawing need not wait for.
    from evalhub.charts.render import to_png, to_svg

    return to_svg(spec) if form == "svg" else to_png(spec)
