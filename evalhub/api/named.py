"""Find what a request refers to by name or id."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from evalhub.api.faults import request_error
from evalhub.core.suggest import did_you_mean
from evalhub.models import Corpus, QueryCollection, Snapshot, Workspace
from evalhub.services.snapshots import snapshot_latest

LISTED = 10
LONGEST_ID = 18  # digits; the databases' keys have 64 bits

Row = TypeVar("Row", Corpus, QueryCollection)


def find_snapshot(workspace: Workspace, reference: str) -> Snapshot:
    """The latest snapshot of a corpus.

    Raises:
        SpecError: there is no such corpus, or nothing in it.
    """
    corpus = _find(Corpus.objects.filter(workspace=workspace), reference, "corpus", "corpus")
    snapshot = snapshot_latest(corpus)
    if snapshot is None:
        raise request_error(
            "corpus", f'the corpus "{corpus.name}" has no documents yet', "Upload some first."
        )
    return snapshot


def find_collection(workspace: Workspace, reference: str) -> QueryCollection:
    """A query collection.

    Raises:
        SpecError: there is none.
    """
    rows = QueryCollection.objects.filter(workspace=workspace)
    return _find(rows, reference, "collection", "query collection")


def _find(rows: QuerySet[Row], reference: str, field: str, noun: str) -> Row:
    found = rows.filter(name=reference).first()
    if found is None and reference.isdecimal() and len(reference) <= LONGEST_ID:
        found = rows.filter(pk=int(reference)).first()
    if found is None:
        names: list[Any] = list(rows.order_by("-pk").values_list("name", flat=True)[:LISTED])
        there = f"There are: {', '.join(names)}." if names else "There is none yet."
        remedy = did_you_mean(reference, names).strip() or there
        raise request_error(field, f'no {noun} "{reference}"', remedy)
    return found
