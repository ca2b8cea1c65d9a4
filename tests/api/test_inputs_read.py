"""What corpora and query collections hold, by REST and on the pages: the same rows."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import Corpus, Query, QueryCollection
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from tests.api.conftest import API, DOCUMENTS, Json, jsonl
from tests.api.schema_check import CheckedClient
from tests.people import person


@pytest.fixture
def signed_in(client: Client, corpus: Corpus) -> Client:
    client.force_login(person("ada"))
    return client


@pytest.fixture
def grown(corpus: Corpus, tmp_path: Path) -> Corpus:
    """A second snapshot: d1 went, d2 reads otherwise, e1 came."""
    changed: list[Json] = [{**DOCUMENTS[1], "text": "text 2, and more"}, *DOCUMENTS[2:]]
    path = tmp_path / "next.jsonl"
    path.write_bytes(jsonl([*changed, {"_id": "e1", "title": "t", "text": "new", "metadata": {"page": 3}}]))
    snapshot_import(corpus.workspace, corpus.name, Source.at(path), clock=timezone.now)
    return corpus


def test_snapshots(api: CheckedClient, signed_in: Client, grown: Corpus) -> None:
    rows = api.get(f"{API}/corpora/{grown.pk}/snapshots").json()["results"]
    assert [(row["number"], row["n_added"], row["n_removed"], row["n_changed"]) for row in rows] == [
        (2, 2, 2, 1),
        (1, 5, 0, 0),
    ]
    page = signed_in.get(reverse("corpus", args=[grown.pk])).context["detail"]
    assert [line.snapshot.pk for line in page.lines] == [row["id"] for row in rows]


def test_documents_in_pages_and_by_prefix(api: CheckedClient, signed_in: Client, grown: Corpus) -> None:
    address: str | None = f"{API}/corpora/{grown.pk}/documents?page_size=2"
    found: list[Json] = []
    while address:
        answer = api.get(address).json()
        found, address = found + answer["results"], answer["next"]
    shown = signed_in.get(reverse("corpus-documents", args=[grown.pk])).context["page"].rows
    assert [(row["document"], row["doc_id"], len(row["text"])) for row in found] == [
        (row["key"], row["doc_id"], row["size"]) for row in shown
    ]
    assert [row["doc_id"] for row in found] == ["d2", "d3", "d4", "d5", "e1"]
    first = api.get(f"{API}/corpora/{grown.pk}/documents?snapshot=1&prefix=d").json()["results"]
    assert [row["doc_id"] for row in first] == ["d1", "d2", "d3", "d4", "d5"]
    missing = api.get(f"{API}/corpora/{grown.pk}/documents?snapshot=3").json()
    assert missing["errors"][0]["field"] == "snapshot"


def test_one_document_with_all_its_versions(api: CheckedClient, grown: Corpus) -> None:
    old, new = grown.documents.filter(doc_id="d2").order_by("added_in")
    shown = api.get(f"{API}/corpora/{grown.pk}/documents/{old.pk}").json()
    assert (shown["text"], shown["added_in"], shown["removed_in"]) == ("text 2", 1, 2)
    assert [one["id"] for one in shown["versions"]] == [new.pk, old.pk]
    added = grown.documents.get(doc_id="e1")
    assert api.get(f"{API}/corpora/{grown.pk}/documents/{added.pk}").json()["metadata"] == {"page": 3}
    other = Corpus.objects.create(workspace=grown.workspace, name="other")
    assert api.get(f"{API}/corpora/{other.pk}/documents/{added.pk}").status_code == 404


def test_differences_of_two_snapshots(api: CheckedClient, signed_in: Client, grown: Corpus) -> None:
    address = f"{API}/corpora/{grown.pk}/differences"
    shown = api.get(address).json()
    assert (shown["old"], shown["new"], shown["next"]) == (1, 2, None)
    assert [(row["doc_id"], row["change"]) for row in shown["results"]] == [
        ("d1", "removed"),
        ("d2", "changed"),
        ("e1", "added"),
    ]
    assert shown["results"][1]["new"]["text"] == "text 2, and more"
    page = signed_in.get(reverse("corpus-differences", args=[grown.pk])).context["page"]
    assert [(row.doc_id, row.word) for row in page.rows] == [
        (row["doc_id"], row["change"]) for row in shown["results"]
    ]
    assert api.get(f"{address}?from=2&to=1").json() == shown
    assert api.get(f"{address}?to=1").json()["errors"][0]["field"] == "to"
    assert api.get(f"{address}?to=9").json()["errors"][0]["field"] == "to"
    assert api.get(f"{address}?cursor=%C3%A9").json()["errors"][0]["field"] == "cursor"


def test_differences_come_in_pages(api: CheckedClient, corpus: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(jsonl([{"_id": f"n{n:02}", "text": "t"} for n in range(30)]))
    snapshot_import(corpus.workspace, corpus.name, Source.at(path), clock=timezone.now)
    first = api.get(f"{API}/corpora/{corpus.pk}/differences").json()
    second = api.get(first["next"]).json()
    ids = [row["doc_id"] for page in (first, second) for row in page["results"]]
    assert ids == [*(f"d{n}" for n in range(1, 6)), *(f"n{n:02}" for n in range(30))]
    assert second["next"] is None


def test_queries_of_any_version(
    api: CheckedClient, signed_in: Client, collection: QueryCollection, tmp_path: Path
) -> None:
    path = tmp_path / "more.jsonl"
    path.write_bytes(jsonl([{"_id": "q2", "text": "two", "tags": ["head"]}, {"_id": "q3", "text": "three"}]))
    queries_import(collection.workspace, collection.name, Source.at(path))
    address = f"{API}/query-collections/{collection.pk}/queries"
    rows = api.get(address).json()["results"]
    assert [(row["query_id"], row["text"], row["tags"]) for row in rows] == [
        ("q2", "two", ["head"]),
        ("q3", "three", []),
    ]
    detail = signed_in.get(reverse("query-collection", args=[collection.pk])).context["detail"]
    shown = Query.objects.in_bulk([row["key"] for row in detail.page.object_list])
    assert {row["query_id"] for row in rows} == {query.query_id for query in shown.values()}
    assert [r["query_id"] for r in api.get(f"{address}?version=1").json()["results"]] == ["q1", "q2"]
    assert [r["query_id"] for r in api.get(f"{address}?q=THR").json()["results"]] == ["q3"]
    summary = api.get(f"{API}/query-collections/{collection.pk}/summary").json()
    assert summary["versions"] == [
        {"number": line.number, "n_added": line.n_added, "n_removed": line.n_removed}
        for line in detail.versions
    ]
    assert summary["versions"][0] == {"number": 2, "n_added": 1, "n_removed": 1}
    assert summary["lengths"] == {"shortest": 3, "median": 4.0, "longest": 5}
    assert summary["tags"] == [{"tag": "head", "n_queries": 1}]
    assert summary["grades"] == [
        {"grade": 0, "n_labels": 1},
        {"grade": 1, "n_labels": 1},
        {"grade": 2, "n_labels": 1},
    ]
