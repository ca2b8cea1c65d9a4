"""Searches as their worker would leave them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from evalhub.models import Document, Search, SearchHit, Snapshot, System, VectorIndex
from indexing.spec import IndexSpec
from tests.dashboard.inputs import START, Inputs

HTMX = {"HX-Request": "true"}


def beside(pair: tuple[Search, Search]) -> str:
    """The address of two answers side by side."""
    return f"/search/{pair[0].pk}/beside/{pair[1].pk}/"


def build_indexes(snapshot: Snapshot) -> None:
    """Give the indexes of the inputs the digests that their specs have."""
    for index in VectorIndex.objects.filter(vector_set__snapshot=snapshot):
        index.digest = IndexSpec.from_dict(index.spec).digest
        index.save()


def make_search(
    inputs: Inputs,
    system: System,
    documents: Sequence[Document],
    *,
    text: str = "open a file",
    state: Search.State = Search.State.DONE,
    asked_at: datetime = START,
    **changes: Any,
) -> Search:
    """A search that found these documents in this order."""
    search = Search.objects.create(
        workspace=inputs.workspace,
        snapshot=inputs.snapshot,
        system=system,
        text=text,
        depth=10,
        key=f"{system.pk} {text}",
        state=state,
        asked_at=asked_at,
        **({"query_ms": 12.3} if state == Search.State.DONE else {}) | changes,
    )
    SearchHit.objects.bulk_create(
        SearchHit(search=search, rank=rank, document=document, score=1 - rank / 10)
        for rank, document in enumerate(documents, start=1)
    )
    return search
