"""Gold versions, files and conflicts on the pages of a query collection."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from evalhub.models import HumanGrade, QueryCollection
from evalhub.services.gold import Replacing, gold_store
from evalhub.services.gold_labels import PairLabel, gold_set
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs
from tests.dashboard.markup import tables, text
from tests.review_rows import make_queue

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12


def said(collection: QueryCollection, name: str, doc_id: str, grade: int, query_id: str = "q00") -> None:
    HumanGrade.objects.create(
        collection=collection,
        query_id=query_id,
        doc_id=doc_id,
        reviewer_name=name,
        grade=grade,
        max_grade=3,
        screen=HumanGrade.Screen.IMPORT,
        selection=HumanGrade.Selection.UNKNOWN,
        graded_at=timezone.now(),
    )


def test_versions_say_when_by_whom_and_what_changed(signed_in: Client, inputs: Inputs) -> None:
    gold_store(inputs.collection, {("q00", "d00"): 3, ("q00", "d01"): 1})
    ann = User.objects.create_user(HOSTILE[:100])
    gold_set(inputs.collection, PairLabel("q00", "d00", 0), user=ann, now=timezone.now())
    page = signed_in.get(f"/query-collections/{inputs.collection.pk}/")

    newest = tables(page, "Gold labels")[0][0]
    assert newest[:4] == ["3", "0", "1", "0"]
    assert newest[4:6] == ["just now", HOSTILE[:100].strip()]
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("trec", "q00 0 d00 3\nq00 0 d01 1\n"),
        ("beir", "query-id\tcorpus-id\tscore\nq00\td00\t3\nq00\td01\t1\n"),
    ],
)
def test_any_version_is_taken_along(signed_in: Client, inputs: Inputs, form: str, expected: str) -> None:
    collection = gold_store(inputs.collection, {("q00", "d00"): 3, ("q00", "d01"): 1})
    gold_store(collection, {("q00", "d00"): 2})
    address = f"/query-collections/{collection.pk}/gold.{form}"
    answer = signed_in.get(f"{address}?version={collection.gold_version}")
    assert answer.getvalue().decode() == expected
    assert "attachment" in answer["Content-Disposition"]
    assert b"2\n" in signed_in.get(address).getvalue()
    for wrong in ("?version=99", "?version=x", "?version=0", "?version=99999999999999999999"):
        assert signed_in.get(address + wrong).status_code == 404


def test_what_people_said_is_a_file(signed_in: Client, inputs: Inputs) -> None:
    said(inputs.collection, "ann", "d00", 2)
    answer = signed_in.get(f"/query-collections/{inputs.collection.pk}/gold.jsonl?people=1")
    assert b'"reviewer": "ann"' in answer.getvalue()
    assert signed_in.get(f"/query-collections/{inputs.collection.pk}/gold.trec?people=1").status_code == 404


def test_conflicts_come_in_pages_with_who_said_what(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    grades = {("q00", f"d{at:02}"): 3 for at in range(60)}
    gold_store(inputs.collection, grades, Replacing())
    for at in range(60):
        said(inputs.collection, HOSTILE[:200], f"d{at:02}", 0)
    said(inputs.collection, "bob", "d00", 3)
    address = f"/query-collections/{inputs.collection.pk}/conflicts/"
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(address)
    rows = tables(page, "Conflicts by kind")[0]
    assert len(rows) == 50
    assert rows[0][:4] == ["q00", "d00", "people differ", "3"]
    assert rows[0][4].endswith("3 by bob")
    assert rows[1][2] == "the label is not what was said"
    assert "<script>alert" not in page.content.decode()
    assert "People differ 1" in text(page)
    assert len(tables(signed_in.get(f"{address}?page=2"), "Conflicts by kind")[0]) == 10


def test_without_conflicts_the_page_says_what_would_be_here(signed_in: Client, inputs: Inputs) -> None:
    assert "Nothing contradicts." in text(
        signed_in.get(f"/query-collections/{inputs.collection.pk}/conflicts/")
    )


def test_a_conflict_leads_to_the_pair_in_the_newest_review(signed_in: Client, inputs: Inputs) -> None:
    make_queue(make_campaign(inputs))
    newest = make_queue(make_campaign(inputs, name="again"))
    item = newest.items.order_by("pk")[0]
    for name, grade in (("ann", 0), ("bob", 3)):
        said(inputs.collection, name, item.document.doc_id, grade, item.query.query_id)
    page = signed_in.get(f"/query-collections/{inputs.collection.pk}/conflicts/")
    assert f'href="/campaigns/{newest.campaign_id}/review/items/{item.pk}/"' in page.content.decode()
