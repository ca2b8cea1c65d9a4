"""Judgments over REST: uploads, tables, lists; and what an imported rater says in a campaign."""

import pytest

from evalhub.models import Corpus, HumanGrade, Judgment, QueryCollection, System
from tests.api.conftest import API, form_file, spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work

QRELS = b"q1 0 d1 3\nq2 0 d3 1\n"
TABLE = b"query-id,corpus-id,one,two,ada\nq1,d1,3,0,2\nq2,d3,1,1,0\n"


@pytest.fixture
def uploaded(api: CheckedClient, corpus: Corpus, collection: QueryCollection) -> None:
    fields = {"rater": "elsewhere", "collection": "head", "file": form_file(QRELS)}
    answer = api.post(f"{API}/judgments", fields)
    assert (answer.status_code, answer.json()["rater"]) == (201, "elsewhere@1")
    again = api.post(f"{API}/judgments", {**fields, "file": form_file(QRELS)})
    assert (again.status_code, again.json()["is_new"]) == (200, False)


def test_the_list_says_which_pair_it_was(api: CheckedClient, uploaded: None) -> None:
    asked = {"rater": "elsewhere", "collection": "head", "corpus": "books"}
    rows = api.get(f"{API}/judgments", asked).json()["results"]
    shown = {(row["query_ids"][0], row["doc_ids"][0], row["grade"]) for row in rows}
    assert shown == {("q1", "d1", 3), ("q2", "d3", 1)}
    assert {row["rater"] for row in rows} == {"elsewhere@1"}
    (newest,) = api.get(f"{API}/judgments", {"page_size": 1}).json()["results"]
    assert (newest["query_ids"], newest["doc_ids"]) == ([], [])


def test_in_a_campaign_it_rates_what_was_imported_and_nothing_else(
    api: CheckedClient, uploaded: None, production: System
) -> None:
    # The run has d1, d4 for q1 and d3 for q2.
    made = start(api, spec(raters=[{"name": "elsewhere"}]))
    assert made.status_code == 201
    work()
    (rating,) = api.get(f"{API}/campaigns/{made.json()['id']}/results").json()["ratings"]
    assert (rating["pairs"], rating["rated"], rating["unrated"], rating["cost_usd"]) == (3, 2, 1, 0.0)
    assert Judgment.objects.get(state="unrated").reason == "not_imported"


def test_it_can_not_be_described_in_a_spec(api: CheckedClient, uploaded: None, production: System) -> None:
    answer = start(api, spec(raters=[{"name": "x", "kind": "imported"}]))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "raters[0].kind")


def test_a_table_brings_all_columns(api: CheckedClient, corpus: Corpus, collection: QueryCollection) -> None:
    fields = {"collection": "head", "people": "ada", "file": form_file(TABLE, "labels.csv")}
    answer = api.post(f"{API}/judgments/table", fields)
    assert answer.status_code == 201
    found = answer.json()
    assert [row["rater"] for row in found["raters"]] == ["one@1", "two@1"]
    assert found["people"] == [{"name": "ada", "n_grades": 2, "n_new": 2, "n_withdrawn": 0}]
    assert found["n_gold"] is None
    assert HumanGrade.objects.count() == 2


def test_an_off_scale_grade_is_refused_with_its_line(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection
) -> None:
    fields = {"rater": "r", "collection": "head", "max_grade": 2, "file": form_file(QRELS, "a.qrels")}
    answer = api.post(f"{API}/judgments", fields)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["file"], error["line"], error["field"]) == ("a.qrels", 1, "grade")
    clipped = api.post(f"{API}/judgments", {**fields, "clip": "true", "file": form_file(QRELS)})
    assert (clipped.status_code, clipped.json()["n_clipped"]) == (201, 1)
