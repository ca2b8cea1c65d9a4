"""The corpus and the queries that a campaign would use, as far as they are there."""

from dataclasses import dataclass

from evalhub.models import QueryCollection, Snapshot, Workspace


@dataclass(frozen=True, slots=True)
class InputsSeen:
    """The latest snapshot of a corpus, None before its first import, and the size of a collection."""

    snapshot: Snapshot | None
    queries: str
    n_queries: int


def inputs_seen(workspace: Workspace, corpus: str, queries: str) -> InputsSeen:
    """What is there under two names."""
    if not corpus and not queries:
        return InputsSeen(None, "", 0)
    snapshots = Snapshot.objects.filter(corpus__workspace=workspace, corpus__name=corpus)
    ready = snapshots.filter(state=Snapshot.State.READY).select_related("corpus")
    collections = QueryCollection.objects.filter(workspace=workspace, name=queries)
    n_queries = collections.values_list("n_queries", flat=True).first() if queries else 0
    return InputsSeen(ready.order_by("-number").first() if corpus else None, queries, n_queries or 0)
