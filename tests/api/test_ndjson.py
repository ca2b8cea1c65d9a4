"""Whole lists as JSON Lines, and JSON Lines as uploads."""

import json
import tracemalloc
from typing import Any

import pytest
from rest_framework.test import APIClient

from evalhub.models import Corpus, Judgment, QueryCollection, Rater, RaterVersion, System, Workspace
from evalhub.services.tokens import token_create
from tests.api.conftest import API, DOCUMENTS, jsonl, spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work
from tests.people import person

LINES = "application/x-ndjson"


def lines(api: Any, address: str, **asked: Any) -> list[dict[str, Any]]:
    response = api.get(f"{API}/{address}", asked, HTTP_ACCEPT=LINES)
    assert (response.status_code, response["Content-Type"]) == (200, LINES)
    return [json.loads(line) for line in response.getvalue().splitlines()]


def test_a_list_is_read_whole_and_equal_to_its_pages(api: CheckedClient, corpus: Corpus) -> None:
    for at in range(5):
        Corpus.objects.create(workspace=corpus.workspace, name=f"more {at}")
    paged = api.get(f"{API}/corpora").json()["results"]
    assert lines(api, "corpora") == paged
    assert len(paged) == 6


def test_documents_come_back_as_they_were_sent(api: CheckedClient, corpus: Corpus) -> None:
    found = lines(api, f"corpora/{corpus.pk}/documents")
    assert [row["doc_id"] for row in found] == [row["_id"] for row in DOCUMENTS]
    address = f"{API}/corpora/{corpus.pk}/documents"
    again = api.post(address, jsonl(found), content_type=LINES)
    assert again.status_code == 202
    corpus.refresh_from_db()
    assert [row.number for row in corpus.snapshots.all()] == [1]
    assert lines(api, f"corpora/{corpus.pk}/documents", snapshot=1) == found
    assert api.get(address, {"snapshot": 2}).json()["errors"][0]["field"] == "snapshot"
    assert len(api.get(address, {"page_size": 2}).json()["results"]) == 2


def test_queries_come_back_as_they_were_sent(api: CheckedClient, collection: QueryCollection) -> None:
    address = f"query-collections/{collection.pk}/queries"
    found = lines(api, address)
    assert [(row["query_id"], row["text"], row["tags"]) for row in found] == [
        ("q1", "one", []),
        ("q2", "two", ["head"]),
    ]
    again = api.post(f"{API}/{address}", jsonl(found), content_type=LINES)
    assert (again.status_code, again.json()["version"]) == (200, collection.version)


def test_gold_and_hits_and_values_of_queries(api: CheckedClient, production: System) -> None:
    assert len(lines(api, "gold-labels", collection="head")) == 3
    campaign = start(api, spec()).json()["id"]
    work()
    found = lines(api, f"campaigns/{campaign}/hits", system="production")
    assert [(row["query_id"], row["doc_id"], row["rank"]) for row in found] == [
        ("q1", "d1", 1),
        ("q1", "d4", 2),
        ("q2", "d3", 1),
    ]
    of_one = lines(api, f"campaigns/{campaign}/hits", system="production", query_id="q2")
    assert [row["doc_id"] for row in of_one] == ["d3"]
    assert [row["query_id"] for row in lines(api, f"campaigns/{campaign}/queries")] == ["q1", "q2"]
    refused = api.get(f"{API}/campaigns/{campaign}/hits", {"system": "production"})
    assert refused.json()["errors"][0]["field"] == "query_id"


def test_what_is_refused_is_a_problem_and_no_line(api: CheckedClient, corpus: Corpus) -> None:
    refused = api.get(f"{API}/judgments", {"rater": "nobody"}, HTTP_ACCEPT=LINES)
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert api.get(f"{API}/corpora/{corpus.pk}", HTTP_ACCEPT=LINES).status_code == 406


def judge(workspace: Workspace, n_rows: int) -> None:
    rater = Rater.objects.create(workspace=workspace, name="judge")
    version = RaterVersion.objects.create(
        workspace=workspace, rater=rater, number=1, digest="sha256:x", kind="imported", max_grade=3, spec={}
    )
    some = 20_000
    for first in range(0, n_rows, some):
        Judgment.objects.bulk_create(
            Judgment(
                rater_version=version,
                query_digest=f"{at:064x}",
                document_digest=f"{at:064x}",
                state=Judgment.State.GRADED,
                grade=at % 4,
                gain=(at % 4) / 3,
            )
            for at in range(first, min(n_rows, first + some))
        )


def peak_bytes(api: Any, n_expected: int) -> int:
    """How much memory reading all judgments takes at its peak, beside what was there before."""
    response = api.get(f"{API}/judgments", HTTP_ACCEPT=LINES)
    tracemalloc.start()
    n_lines = sum(chunk.count(b"\n") for chunk in response.streaming_content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_lines == n_expected
    return peak


@pytest.mark.parametrize("n_rows", [20_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_memory_does_not_grow_with_the_list(workspace: Workspace, n_rows: int) -> None:
    api = APIClient()
    token = token_create(workspace, person("bulk"), "read")
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    judge(workspace, n_rows)
    peak = peak_bytes(api, n_rows)
    print(f"{n_rows:,} judgments: peak {peak / 2**20:.1f} MiB")  # noqa: T201 - the figure of docs/api.md
    assert peak < 24 * 2**20
