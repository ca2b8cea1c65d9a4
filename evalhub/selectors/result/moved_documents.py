"""How many documents and queries came, went and changed between two versions."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Sum

from evalhub.models import Document, Query, QueryCollection, Snapshot
from evalhub.selectors.documents import alive_in

# Looking each new document up by its doc_id takes some 10 ms per 5,000.
MOST_LOOKED_UP = 20_000


@dataclass(frozen=True, slots=True)
class Moved:
    """What is new, gone, or there under the same id with another content.

    Attributes:
        changed: None where it would take too long to tell changed from new and gone, which count it then.
    """

    added: int
    removed: int
    changed: int | None


def moved_documents(before: Snapshot, now: Snapshot) -> Moved:
    """From one snapshot of a corpus to a later or an earlier one."""
    if before.number > now.number:
        return _turned(moved_documents(now, before))
    new = Document.objects.filter(
        alive_in(now.number), corpus=now.corpus_id, added_in__gt=before.number, added_in__lte=now.number
    )
    between = Snapshot.objects.filter(corpus=now.corpus_id, number__gt=before.number, number__lte=now.number)
    if (between.aggregate(total=Sum("n_added"))["total"] or 0) > MOST_LOOKED_UP:
        n_new = new.count()
        return Moved(n_new, before.n_documents + n_new - now.n_documents, None)
    older = Document.objects.filter(
        alive_in(before.number), corpus=OuterRef("corpus"), doc_id=OuterRef("doc_id")
    )
    is_changed = list(new.annotate(was_there=Exists(older)).values_list("was_there", flat=True))
    changed = sum(is_changed)
    added = len(is_changed) - changed
    return Moved(added, before.n_documents + added - now.n_documents, changed)


def moved_queries(collection: QueryCollection, before: int, now: int) -> Moved:
    """From one version of a collection to another."""
    low, high = sorted((before, now))
    spans = Q(added_in__gt=low, added_in__lte=high) | Q(removed_in__gt=low, removed_in__lte=high)
    rows = Query.objects.filter(spans, collection=collection)
    ends: dict[bool, set[str]] = {True: set(), False: set()}
    for query_id, added_in, removed_in in rows.values_list("query_id", "added_in", "removed_in"):
        for is_now, version in ((False, before), (True, now)):
            if added_in <= version and (removed_in is None or removed_in > version):
                ends[is_now].add(query_id)
    both = ends[True] & ends[False]
    return Moved(len(ends[True] - both), len(ends[False] - both), len(both))


def _turned(moved: Moved) -> Moved:
    return Moved(moved.removed, moved.added, moved.changed)
