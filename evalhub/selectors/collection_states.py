"""Query collections as they were."""

import copy

from django.db.models import Max, QuerySet

from evalhub.core.digest import set_digest
from evalhub.models import GoldLabel, Query, QueryCollection
from evalhub.selectors.documents import alive_in


def collection_as_of(
    collection: QueryCollection, *, version: int | None = None, gold_version: int | None = None
) -> QueryCollection:
    """The collection with the queries of one version and the gold labels of another; never to be saved.

    Args:
        version: of the queries; None for those it has.
        gold_version: of the labels; None for those it has.
    """
    found = copy.copy(collection)
    if version is not None and version != collection.version:
        found.version = version
        rows = queries_of(found).values_list("query_id", "row_digest")
        digests = [query_id + row_digest for query_id, row_digest in rows.iterator()]
        found.digest, found.n_queries = set_digest(digests), len(digests)
    if gold_version is not None and gold_version != collection.gold_version:
        found.gold_version = gold_version
        labels = labels_of(found).values_list("query_id", "doc_id", "grade")
        # As gold is digested where it is stored: equal labels make equal rater versions.
        digests = [f"{query_id}\t{doc_id}\t{grade}" for query_id, doc_id, grade in labels.iterator()]
        found.gold_digest, found.n_gold = set_digest(digests), len(digests)
    return found


def queries_of(collection: QueryCollection) -> QuerySet[Query]:
    """The queries of the version that the collection says it has, in no order."""
    return Query.objects.filter(alive_in(collection.version), collection_id=collection.pk)


def labels_of(collection: QueryCollection) -> QuerySet[GoldLabel]:
    """The gold labels of the version that the collection says it has, in no order."""
    return GoldLabel.objects.filter(alive_in(collection.gold_version), collection_id=collection.pk)


def highest_label(collection: QueryCollection) -> int:
    """The highest grade among its gold labels; 0 without any."""
    return int(labels_of(collection).aggregate(grade=Max("grade"))["grade"] or 0)
