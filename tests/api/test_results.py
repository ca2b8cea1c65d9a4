"""What a finished campaign shows, on figures worked out by hand.

The run lists d1, d4 for q1 and d3 for q2; people gave d1 2, d2 0, d3 1 of 2, and nothing to d4.
"""

from math import log2

import pytest

from evalhub.models import Campaign, Document, Hit, Judgment, System
from evalhub.selectors.results import campaign_results
from tests.api.conftest import API, Json, spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work

W1, W2 = 1.0, 1 / log2(3)


@pytest.fixture
def done(api: CheckedClient, production: System) -> Json:
    """A finished campaign."""
    gate = [{"system": "production", "measure": "PWAS@2", "minimum": 0.1}]
    campaign = start(api, spec(gate=gate)).json()
    work()
    shown: Json = api.get(campaign["links"]["self"]).json()
    return shown


def test_a_finished_campaign(done: Json) -> None:
    assert (done["state"], done["share_done"], done["error"]) == ("done", 1.0, "")
    assert {job["state"] for job in done["jobs"]} == {"done"}
    assert done["finished_at"] is not None


def test_results_are_those_of_every_edge(api: CheckedClient, done: Json) -> None:
    results = api.get(done["links"]["results"]).json()
    assert results == campaign_results(Campaign.objects.get(pk=done["id"]), url=done["links"]["page"])
    (system,) = results["systems"]
    assert (system["name"], system["rater"]) == ("production", "people")
    pwas = system["measures"]["PWAS@2"]
    # Both queries lack one of two hits' grades or hits: d4 has no grade; q2 has one hit only.
    assert pwas["n_queries"] == 2
    assert results["ratings"][0]["unrated"] == 1


def test_the_gate_is_that_of_the_results(api: CheckedClient, done: Json) -> None:
    gate = api.get(done["links"]["gate"]).json()
    assert gate == api.get(done["links"]["results"]).json()["gate"]
    assert gate["outcome"] == "undecided"  # d4 has no grade: coverage is below its floor
    assert "coverage" in gate["rules"][0]["reason"]


def test_queries_with_their_values(api: CheckedClient, done: Json) -> None:
    first, second = api.get(done["links"]["queries"]).json()["results"]
    assert (first["query_id"], first["text"], first["tags"]) == ("q1", "one", [])
    assert (second["query_id"], second["tags"]) == ("q2", ["head"])
    by_people = {row["measure"]: row for row in second["values"] if row["rater"] == "people"}["PWAS@2"]
    # d3 has 1 of 2 at rank 1, rank 2 is empty: 0.5 * w1 / (w1 + w2)
    assert by_people["value"] == pytest.approx(0.5 * W1 / (W1 + W2))
    assert (by_people["system"], by_people["n_hits"], by_people["n_rated"]) == ("production", 1, 1)
    unrated = {row["measure"]: row for row in first["values"] if row["rater"] == "people"}["PWAS@2"]
    # d1 has 2 of 2 at rank 1, d4 at rank 2 may be worth 0 to 1: w1 / (w1 + w2) to 1
    assert unrated["lower_bound"] == pytest.approx(W1 / (W1 + W2))
    assert unrated["upper_bound"] == pytest.approx(1.0)
    assert {row["rater"] for row in first["values"]} == {"people", "gold labels"}


def test_queries_come_in_pages_by_id(api: CheckedClient, done: Json) -> None:
    page = api.get(done["links"]["queries"] + "?page_size=1").json()
    assert [row["query_id"] for row in page["results"]] == ["q1"]
    following = api.get(page["next"]).json()
    assert [row["query_id"] for row in following["results"]] == ["q2"]
    assert following["next"] is None
    assert api.get(following["previous"]).json()["results"] == page["results"]


def test_hits_with_their_grades(api: CheckedClient, done: Json) -> None:
    response = api.get(done["links"]["hits"], {"system": "production", "query_id": "q1"})
    first, second = response.json()["results"]
    assert (first["rank"], first["doc_id"], first["score"], first["gold_grade"]) == (1, "d1", 9.5, 2)
    assert (first["title"], first["text"], first["n_characters"]) == ("title 1", "text 1", 6)
    graded = {"rater": "people", "member_of": [], "state": "graded", "grade": 2, "gain": 1.0}
    assert first["judgments"] == [graded | {"reason": "", "rationale": ""}]
    assert (second["rank"], second["doc_id"], second["gold_grade"]) == (2, "d4", None)
    (verdict,) = second["judgments"]
    assert (verdict["state"], verdict["grade"], verdict["gain"]) == ("unrated", None, None)
    assert verdict["reason"]


def test_of_a_long_text_only_the_beginning_is_sent(api: CheckedClient, done: Json) -> None:
    Document.objects.filter(doc_id="d3").update(text="x" * 2500)
    response = api.get(done["links"]["hits"], {"system": "production", "query_id": "q2"})
    (hit,) = response.json()["results"]
    assert (hit["text"], hit["n_characters"]) == ("x" * 2000, 2500)


def test_a_pair_that_nobody_looked_at_yet_is_pending(api: CheckedClient, done: Json) -> None:
    Judgment.objects.all().delete()
    response = api.get(done["links"]["hits"], {"system": "production", "query_id": "q2"})
    assert response.json()["results"][0]["judgments"][0]["state"] == "pending"


def test_hits_come_in_pages_by_rank(api: CheckedClient, done: Json) -> None:
    asked = {"system": "production", "query_id": "q1", "page_size": 1}
    page = api.get(done["links"]["hits"], asked).json()
    following = api.get(page["next"]).json()
    ranks = [page["results"][0]["rank"], following["results"][0]["rank"]]
    assert (ranks, following["next"], Hit.objects.count()) == ([1, 2], None, 3)


@pytest.mark.parametrize(
    ("asked", "field", "problem", "remedy"),
    [
        ({}, "system", "This field is required", ""),
        (
            {"system": "prodution", "query_id": "q1"},
            "system",
            "the campaign has no system",
            'Did you mean "production"?',
        ),
        (
            {"system": "production", "query_id": "q3"},
            "query_id",
            'the campaign has no query "q3"',
            "List them",
        ),
        ({"system": "production", "queryid": "q3"}, "queryid", "unknown field", 'Did you mean "query_id"?'),
    ],
)
def test_a_list_that_is_not_there(
    api: CheckedClient, done: Json, asked: Json, field: str, problem: str, remedy: str
) -> None:
    response = api.get(done["links"]["hits"], asked)
    assert response.status_code == 400
    fault = response.json()["errors"][0]
    assert fault["field"] == field
    assert fault["problem"].startswith(problem)
    assert fault["remedy"].startswith(remedy)


def test_before_it_is_scored_a_campaign_shows_empty_lists(api: CheckedClient, production: System) -> None:
    campaign = start(api, spec()).json()
    results = api.get(campaign["links"]["results"]).json()
    assert (results["comparisons"], results["systems"][0]["measures"]) == ([], {})
    assert results["gate"] == api.get(campaign["links"]["gate"]).json() == {"outcome": None, "rules": []}
    rows = api.get(campaign["links"]["queries"]).json()["results"]
    assert [(row["query_id"], row["values"]) for row in rows] == [("q1", []), ("q2", [])]
    hits = api.get(f"{API}/campaigns/{campaign['id']}/hits", {"system": "production", "query_id": "q1"})
    assert hits.json()["results"] == []


def test_the_same_campaign_again_finds_its_jobs_finished(api: CheckedClient, done: Json) -> None:
    again = start(api, spec()).json()
    assert (again["state"], {job["is_reused"] for job in again["jobs"]}) == ("done", {True})
