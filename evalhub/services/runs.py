"""Check runs that were retrieved elsewhere."""

from itertools import islice

from evalhub.formats.errors import InputError
from evalhub.formats.runs import RunRow, read_runs
from evalhub.formats.source import Source
from evalhub.services.known_ids import BATCH, KnownIds


def run_check(source: Source, queries: KnownIds, documents: KnownIds) -> None:
    """Read a run to its end and check its ids.

    Raises:
        InputError: a line is not acceptable, or names a query or document that is not there.
    """
    lines = read_runs(source)
    while rows := list(islice(lines, BATCH)):
        for field, ids in (("query_id", queries), ("doc_id", documents)):
            known = ids.among({getattr(row, field) for row in rows})
            unknown = next((row for row in rows if getattr(row, field) not in known), None)
            if unknown:
                raise _unknown(source, unknown, field, getattr(unknown, field), ids.where)


def _unknown(source: Source, row: RunRow, field: str, value: str, where: str) -> InputError:
    return InputError(
        file=source.name,
        line=row.line,
        field=field,
        problem=f'"{value}" is not in {where}',
        remedy="Retrieve from the corpus and queries of this campaign, or import what the run was made from.",
    )
