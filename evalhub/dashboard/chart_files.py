"""A chart as a file to take along: its rows as CSV, its specification, or drawn."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from evalhub.formats.writers import safe_cell

Rows = Sequence[dict[str, Any]]
Spec = dict[str, Any]

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
}


def chart_file(form: str, rows: Rows, draw: Callable[[Rows], Spec]) -> str | bytes:
    """The chart in one of the forms of CONTENT_TYPES; `draw` is called where something is drawn."""
    if form == "csv":
        return to_csv(rows)
    spec = draw(rows)
    if form == "json":
        return json.dumps(spec)
    # Starts a script engine, which pages without a drawing need not wait for.
    from evalhub.charts.render import to_png, to_svg

    return to_svg(spec) if form == "svg" else to_png(spec)


def to_csv(rows: Rows) -> str:
    """Rows of one shape as CSV, with nothing that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(safe_cell(name) for name in rows[0])
    writer.writerows([safe_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()
