"""Snapshots that an address names by their numbers."""

from evalhub.api.faults import request_error
from evalhub.models import Corpus, Snapshot
from evalhub.selectors.inputs.corpora import ready_snapshots


def snapshot_named(corpus: Corpus, number: int | None, field: str) -> Snapshot:
    """The snapshot of a number, or the latest.

    Raises:
        SpecError: there is none.
    """
    rows = ready_snapshots(corpus).order_by("-number")
    found = rows.first() if number is None else rows.filter(number=number).first()
    if found is None:
        named = "documents yet" if number is None else f"snapshot {number}"
        remedy = "Upload some first." if number is None else "List them at snapshots."
        raise request_error(field, f'"{corpus.name}" has no {named}', remedy)
    return found
