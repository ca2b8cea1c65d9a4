"""Tables as CSV files that no spreadsheet runs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from evalhub.formats.writers import safe_cell


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The header and the rows; what a row does not hold is empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def csv_answer(filename: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """The same as a file to keep."""
    disposition = f'attachment; filename="{filename}.csv"'
    return HttpResponse(
        csv_text(columns, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )
