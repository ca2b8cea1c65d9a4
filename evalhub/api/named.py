"""Find what a request refers to by name or id."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from evalhub.api.faults import request_error
from evalhub.api.snapshots import snapshot_named
from evalhub.core.suggest import did_you_mean
from evalhub.models import Corpus, QueryCollection, Snapshot, Workspace
from evalhub.selectors.collection_states import collection_as_of
from evalhub.services.snapshots import snapshot_latest

LISTED = 10
LONGEST_ID = 18  # digits; the databases' keys have 64 bits

Row = TypeVar("Row", Corpus, QueryCollection)


def find_snapshot(workspace: Workspace, reference: str, number: int | None = None) -> Snapshot:
    """The snapshot of a corpus with this number, else the latest.

    Raises:
        SpecError: there is no such corpus, or nothing in it.
    """
    corpus = _find(Corpus.objects.filter(workspace=workspace), reference, "corpus", "corpus")
    if number is not None:
        return snapshot_named(corpus, number, "snapshot")
    snapshot = snapshot_latest(corpus)
    if snapshot is None:
        raise request_error(
            "corpus", f'the corpus "{corpus.name}" has no documents yet', "Upload some first."
        )
    return snapshot


def find_collection(workspace: Workspace, reference: str, version: int | None = None) -> QueryCollection:
    """A query collection, as it was at a version of its queries where one is named.

    Raises:
        SpecError: there is none.
    """
    rows = QueryCollection.objects.filter(workspace=workspace)
    collection = _find(rows, reference, "collection", "query collection")
    if version is not None and version > collection.version:
        remedy = f"The newest is {collection.version}."
        raise request_error("version", f'"{collection.name}" has no version {version}', remedy)
    return collection_as_of(collection, version=version)


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
