"""Pages of query collections."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.test import Client

from evalhub.models import Campaign, GoldLabel, Query, QueryCollection
from tests.dashboard.inputs import HOSTILE, TURNED, Inputs
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12


def test_an_empty_installation_is_told_what_to_do(signed_in: Client) -> None:
    assert "evalhub queries add NAME FILE" in text(signed_in.get("/query-collections/"))


def test_collections_are_listed(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    for number in range(5):
        QueryCollection.objects.create(workspace=campaign.workspace, name=f"more {number}")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get("/query-collections/")

    (rows,) = tables(page, "Query collections")
    assert rows[-1][:5] == ["head", "6", "1", "0", "1"]
    assert rows[0][3] == "–"


def test_a_collection_shows_versions_labels_tags_and_campaigns(
    signed_in: Client, campaign: Campaign, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    old = inputs.queries[2]
    Query.objects.filter(pk=old.pk).update(removed_in=2)
    Query.objects.create(
        collection=inputs.collection,
        query_id=old.query_id,
        text="four",
        tags=["howto"],
        digest="x",
        row_digest="x",
        added_in=2,
    )
    QueryCollection.objects.filter(pk=inputs.collection.pk).update(
        version=2, n_gold=GoldLabel.objects.count()
    )
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/query-collections/{inputs.collection.pk}/")

    shown = text(page)
    labels = [grade for (grade,) in GoldLabel.objects.values_list("grade")]
    for grade in (1, 2, 3):
        assert f"{grade}: {labels.count(grade)}" in shown
    lengths = sorted(len(one.text) for one in Query.objects.filter(removed_in=None))
    assert f"{lengths[0]} to {lengths[-1]}, median {(lengths[2] + lengths[3]) / 2:.3g}" in shown
    assert "howto 2" in shown
    assert tables(page, "Queries, newest version")[0] == [["2", "1", "1"], ["1", "6", "0"]]
    assert tables(page, "Gold labels")[0] == [["1", str(len(labels)), "0", "0", "–", "–", "JSON Lines TREC"]]
    assert tables(page, "Campaigns with these queries")[0][0][0].startswith("nightly")
    assert [row[0] for row in tables(page, "Queries by id")[0]] == ["q00", "q01", "q02", "q03", "q04", "q05"]


def test_hostile_queries_are_inert_and_found_by_their_text(signed_in: Client, inputs: Inputs) -> None:
    address = f"/query-collections/{inputs.collection.pk}/"
    page = signed_in.get(address)

    assert "<script>alert" not in page.content.decode()
    assert HOSTILE in text(page)
    assert f"<bdi>{TURNED}</bdi>" in page.content.decode()
    assert [row[0] for row in tables(signed_in.get(f"{address}?q=number+4"), "Queries by id")[0]] == ["q04"]
    assert "No query has “nothing”" in text(signed_in.get(f"{address}?q=nothing"))


def test_queries_come_in_pages(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    Query.objects.bulk_create(
        Query(
            collection=inputs.collection,
            query_id=f"z{n:03}",
            text="z" * n,
            digest="z",
            row_digest="z",
            added_in=1,
        )
        for n in range(60)
    )
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/query-collections/{inputs.collection.pk}/?page=2")

    assert [row[0] for row in tables(page, "Queries by id")[0]] == [f"z{n:03}" for n in range(44, 60)]


def test_a_collection_that_is_not_there_is_not_found(signed_in: Client) -> None:
    assert signed_in.get("/query-collections/999/").status_code == 404
