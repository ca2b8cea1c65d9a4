"""What can be searched, and by which systems."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Substr

from evalhub.models import Query, QueryCollection, Snapshot, System, VectorIndex, Workspace
from evalhub.selectors.order import codepoint_order
from indexing.spec import IndexSpec

MOST_SNAPSHOTS = 200
MOST_SYSTEMS = 300
MOST_QUERIES = 200
MOST_COLLECTIONS = 200


@dataclass(frozen=True, slots=True)
class SystemChoice:
    """A system that searches an index; `is_built` says that its index over the snapshot is there."""

    system: System
    described: str
    is_built: bool


@dataclass(frozen=True, slots=True)
class SearchChoices:
    """What the form offers, and the snapshot it offers systems for; None as long as there is none."""

    snapshots: Sequence[Snapshot]
    snapshot: Snapshot | None
    systems: Sequence[SystemChoice]
    collections: Sequence[QueryCollection]

    @property
    def built(self) -> list[SystemChoice]:
        """Those that can search now."""
        return [choice for choice in self.systems if choice.is_built]

    @property
    def missing(self) -> list[SystemChoice]:
        """Those whose index over this snapshot is not built."""
        return [choice for choice in self.systems if not choice.is_built]


def search_choices(workspace: Workspace, snapshot_id: int | None) -> SearchChoices:
    """The corpora, and the systems of the chosen one; without a choice that of the newest index."""
    snapshots = list(_snapshots(workspace))
    newest = max(snapshots, key=lambda row: (row.newest_index or 0, row.pk), default=None)
    snapshot = next((row for row in snapshots if row.pk == snapshot_id), newest)
    collections = QueryCollection.objects.filter(workspace=workspace, n_queries__gt=0).order_by("name")
    return SearchChoices(
        snapshots,
        snapshot,
        _systems(workspace, snapshot) if snapshot else [],
        list(collections[:MOST_COLLECTIONS]),
    )


def has_index(snapshot: Snapshot, system: System) -> bool:
    """Whether the system's index over the snapshot is built."""
    return system.kind == System.Kind.INDEX and _index_key(system) in _built(snapshot)


def collection_texts(workspace: Workspace, collection_id: int) -> list[str]:
    """Texts of a collection's current queries, the first of them by query id."""
    rows = Query.objects.filter(
        collection=collection_id, collection__workspace=workspace, removed_in=None
    ).order_by(codepoint_order("query_id"))
    return list(rows.annotate(shown=Substr("text", 1, 500)).values_list("shown", flat=True)[:MOST_QUERIES])


def _snapshots(workspace: Workspace) -> Sequence[Any]:
    """The newest ready snapshot of each corpus, and earlier ones that can still be searched.

    `newest_index` is the key of the newest index over it.
    """
    ready = Snapshot.objects.filter(corpus__workspace=workspace, state=Snapshot.State.READY)
    newest = ready.filter(corpus=OuterRef("corpus")).order_by("-number").values("pk")[:1]
    indexes = VectorIndex.objects.filter(vector_set__snapshot=OuterRef("pk"), is_ready=True)
    rows = ready.annotate(newest_index=Subquery(indexes.order_by("-pk").values("pk")[:1]))
    found = rows.filter(Q(pk=Subquery(newest)) | Exists(indexes)).select_related("corpus")
    return list(found.order_by("corpus__name", "-number")[:MOST_SNAPSHOTS])


def _systems(workspace: Workspace, snapshot: Snapshot) -> list[SystemChoice]:
    rows = System.objects.filter(workspace=workspace, kind=System.Kind.INDEX)
    built = _built(snapshot)
    return [
        SystemChoice(system, _described(system), _index_key(system) in built)
        for system in rows.select_related("embedding_model").order_by("name", "pk")[:MOST_SYSTEMS]
    ]


def _built(snapshot: Snapshot) -> set[tuple[int | None, str]]:
    rows = VectorIndex.objects.filter(vector_set__snapshot=snapshot, is_ready=True)
    return set(rows.values_list("vector_set__embedding_model", "digest"))


def _index_key(system: System) -> tuple[int | None, str]:
    return system.embedding_model_id, IndexSpec.from_dict(system.index_spec or {}).digest


def _described(system: System) -> str:
    spec = IndexSpec.from_dict(system.index_spec or {})
    model = system.embedding_model.name if system.embedding_model else ""
    return f"{model}, {spec.kind}, {spec.dimension or 'full'} dimensions, {spec.dtype}"
