"""Gold labels over REST: lists, files, versions, conflicts, and what is not overruled."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from evalhub.models import Corpus, HumanGrade, QueryCollection
from evalhub.services.gold_labels import PairLabel, gold_set
from tests.api.conftest import API, form_file, jsonl
from tests.api.schema_check import CheckedClient

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = [
    {"query_id": "q1", "doc_id": "d1", "grade": 3, "reviewer": "ann"},
    {"query_id": "q1", "doc_id": "d1", "grade": 1, "reviewer": "bob"},
    {"query_id": "q1", "doc_id": "d2", "grade": 2, "reviewer": "ann", "inclusion_probability": 0.5},
]


def upload(api: CheckedClient, rows: list[dict[str, Any]] = PEOPLE, **fields: str) -> Any:
    file = form_file(jsonl(rows), "people.jsonl")
    return api.post(f"{API}/gold-labels", {"collection": "head", "file": file, **fields})


def listed(api: CheckedClient, query: str = "") -> list[tuple[str, str, int]]:
    rows = api.get(f"{API}/gold-labels?collection=head{query}").json()["results"]
    return sorted((row["query_id"], row["doc_id"], row["grade"]) for row in rows)


def test_labels_are_listed_by_version_with_how_they_were_chosen(
    api: CheckedClient, collection: QueryCollection
) -> None:
    before = listed(api)
    assert upload(api).status_code == 201
    assert listed(api) == [("q1", "d1", 1), ("q1", "d2", 2)]
    assert listed(api, "&version=1") == before
    drawn = next(row for row in api.get(f"{API}/gold-labels").json()["results"] if row["doc_id"] == "d2")
    assert (drawn["selection"], drawn["inclusion_probability"]) == ("probability sample", 0.5)
    assert (drawn["added_in"], drawn["collection"], drawn["reviewer"]) == (2, "head", None)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("version=1", "no collection is named"),
        ("collection=head&version=9", "no gold version 9; there are 1 to 1"),
        ("collection=nobody", 'no query collection "nobody"'),
        ("grade=1", "unknown field"),
    ],
)
def test_what_can_not_be_listed_is_said(
    api: CheckedClient, collection: QueryCollection, query: str, said: str
) -> None:
    response = api.get(f"{API}/gold-labels?{query}")
    assert response.status_code == 400
    assert said in response.json()["detail"]


@pytest.mark.parametrize("file_format", ["trec", "beir", "jsonl"])
def test_a_file_of_a_version_brings_that_version_back(
    api: CheckedClient, collection: QueryCollection, file_format: str
) -> None:
    upload(api)
    address = f"{API}/query-collections/{collection.pk}/gold-labels"
    response = api.get(f"{address}?file_format={file_format}&version=1", HTTP_ACCEPT="text/plain")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="gold.')
    file = form_file(response.getvalue(), "gold.tsv" if file_format == "beir" else "gold")
    again = api.post(f"{API}/gold-labels", {"collection": "head", "file": file})
    assert again.json()["gold_version"] == 3
    assert listed(api) == listed(api, "&version=1")
    stored = QueryCollection.objects.get(pk=collection.pk)
    assert stored.gold_digest == collection.gold_digest


def test_everything_people_said_is_a_file_too(api: CheckedClient, collection: QueryCollection) -> None:
    upload(api, consensus="strict")
    address = f"{API}/query-collections/{collection.pk}/gold-labels"
    rows = [json.loads(line) for line in api.get(f"{address}?people=true").getvalue().splitlines()]
    assert [(row["reviewer"], row["grade"], row["gold_grade"]) for row in rows] == [
        ("ann", 3, None),
        ("bob", 1, None),
        ("ann", 2, 2),
    ]
    refused = api.get(f"{address}?people=true&version=1")
    assert refused.status_code == 400
    assert "leave the version out" in refused.json()["detail"]


def test_versions_say_who_brought_what(api: CheckedClient, collection: QueryCollection) -> None:
    upload(api)
    newest, first = api.get(f"{API}/query-collections/{collection.pk}/gold-versions").json()["results"]
    assert (newest["number"], newest["by"], newest["file"]) == (2, "run-of-default", "people.jsonl")
    assert newest["at"]
    assert (first["number"], first["n_added"], first["n_changed"], first["n_removed"]) == (1, 3, 0, 0)


def test_conflicts_are_reported(api: CheckedClient, collection: QueryCollection, corpus: Corpus) -> None:
    upload(api)
    address = f"{API}/query-collections/{collection.pk}/gold-conflicts"
    found = api.get(address).json()
    assert (found["n_conflicts"], found["without_texts"]) == (1, "")
    assert found["conflicts"][0]["gold"] == 1
    assert [(one["grade"], one["by"]) for one in found["conflicts"][0]["said"]] == [(3, "ann"), (1, "bob")]
    assert api.get(f"{address}?offset=1").json()["conflicts"] == []
    assert api.get(f"{address}?corpus=nothing").status_code == 400


def test_reviewed_grades_are_overruled_only_when_told_to(
    api: CheckedClient, collection: QueryCollection
) -> None:
    ann = User.objects.create_user("ann")
    gold_set(collection, PairLabel("q1", "d1", 0), user=ann, now=NOW)
    HumanGrade.objects.create(
        collection=collection,
        query_id="q1",
        doc_id="d1",
        reviewer=ann,
        reviewer_name="ann",
        grade=0,
        max_grade=3,
        screen=HumanGrade.Screen.REVIEW,
        selection=HumanGrade.Selection.HAND_PICKED,
        graded_at=NOW,
    )
    rows = [{"query_id": "q1", "doc_id": "d1", "grade": 2}]
    refused = upload(api, rows)
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["problem"] == 'query "q1", document "d1": 0 by ann; 2 in the file'
    assert "overrule" in refused.json()["errors"][0]["remedy"]
    assert upload(api, rows, overrule="true").status_code == 201
    word = HumanGrade.objects.get(reviewer=ann).overruled_by
    assert word
    assert (word.grade, word.reviewer_name) == (2, "run-of-default")
