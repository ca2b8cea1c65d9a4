"""Query collections: their versions, queries and gold labels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Length, Substr

from evalhub.models import Campaign, GoldLabel, Query, QueryCollection, Workspace
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.gold.versions import GoldVersion, gold_versions

PER_PAGE = 25
QUERIES_PER_PAGE = 50
CAMPAIGNS_SHOWN = 20
SHOWN_CHARACTERS = 300
# Tags and lengths are read from this many queries: a page must not read a million.
READ_QUERIES = 1_000
TAGS_SHOWN = 30
VERSIONS_SHOWN = 20

# Since which version a row is there, and until which.
Span = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class CollectionList:
    """A page of collections, each with `n_campaigns`."""

    page: Page[Any]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of queries, and what came and went with it."""

    number: int
    n_added: int
    n_removed: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """Characters of query texts."""

    shortest: int
    median: float
    longest: int


@dataclass(frozen=True, slots=True)
class CollectionDetail:
    """One collection. `n_read` queries were looked at for tags and lengths; `grades` are (grade, labels)."""

    collection: QueryCollection
    versions: Sequence[VersionLine]
    gold_versions: Sequence[GoldVersion]
    grades: Sequence[tuple[int, int]]
    tags: Sequence[tuple[str, int]]
    lengths: Lengths | None
    n_read: int
    page: Page[Any]
    search: str
    campaigns: Sequence[Campaign]


def collection_list(workspace: Workspace, page: str | None) -> CollectionList:
    """A page of query collections, newest first."""
    rows = QueryCollection.objects.filter(workspace=workspace).annotate(n_campaigns=Count("campaign"))
    return CollectionList(Paginator(rows.order_by("-pk"), PER_PAGE).get_page(page))


def collection_detail(collection: QueryCollection, given: Mapping[str, str]) -> CollectionDetail:
    """One collection as its address asks: `q` is part of a query's text or id, `page` the page of queries."""
    search = given.get("q", "").strip()[:SHOWN_CHARACTERS]
    read = list(_current(collection).values_list(Length("text"), "tags")[:READ_QUERIES])
    tags = Counter(str(tag) for _, some in read for tag in some)
    sizes = [size for size, _ in read]
    campaigns = Campaign.objects.filter(collection=collection).select_related("snapshot__corpus")
    return CollectionDetail(
        collection=collection,
        versions=_versions(collection.version, _spans(Query.objects.filter(collection=collection))),
        gold_versions=gold_versions(collection, VERSIONS_SHOWN),
        grades=_grades(collection),
        tags=tags.most_common(TAGS_SHOWN),
        lengths=Lengths(min(sizes), median(sizes), max(sizes)) if sizes else None,
        n_read=len(read),
        page=_page(collection, search, given.get("page")),
        search=search,
        campaigns=list(campaigns.order_by("-created_at")[:CAMPAIGNS_SHOWN]),
    )


def queries_found(queries: QuerySet[Query], search: str) -> QuerySet[Query]:
    """Those whose text or id has this in it."""
    if not search:
        return queries
    return queries.filter(Q(text__icontains=search) | Q(query_id__icontains=search))


def _current(collection: QueryCollection) -> Any:
    return Query.objects.filter(collection=collection, removed_in=None)


def _page(collection: QueryCollection, search: str, page: str | None) -> Page[Any]:
    """Queries by id: key, label, shown, need, tags, size."""
    queries = collection_queries(collection, collection.version)
    rows = queries_found(queries, search).values(
        "tags",
        key=F("pk"),
        label=F("query_id"),
        shown=Substr("text", 1, SHOWN_CHARACTERS),
        need_shown=Substr("need", 1, SHOWN_CHARACTERS),
        size=Length("text"),
    )
    return Paginator(rows, QUERIES_PER_PAGE).get_page(page)


def _grades(collection: QueryCollection) -> list[tuple[int, int]]:
    """Current labels by grade."""
    rows = GoldLabel.objects.filter(collection=collection, removed_in=None).values_list("grade")
    return [(grade, n) for grade, n in rows.annotate(n=Count("pk")).order_by("grade")]


def _spans(rows: QuerySet[Query]) -> Counter[Span]:
    counted = rows.values("added_in", "removed_in").annotate(n=Count("pk")).order_by()
    return Counter({(row["added_in"], row["removed_in"]): row["n"] for row in counted})


def _versions(current: int, spans: Counter[Span]) -> list[VersionLine]:
    """The newest versions, newest first, from the rows that each span of versions has."""
    added, removed = Counter[int](), Counter[int]()
    for (since, until), n in spans.items():
        added[since] += n
        if until:
            removed[until] += n
    numbers = range(current, max(0, current - VERSIONS_SHOWN), -1)
    return [VersionLine(number, added[number], removed[number]) for number in numbers]
