"""Agreement over REST: asked for, computed by a worker, and the same numbers as every edge."""

import pytest
from sklearn.metrics import cohen_kappa_score

from evalhub.models import Corpus, QueryCollection, Rater
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.selectors.rater_versions import find_rater_version, gold_snapshot
from tests.api.conftest import API, form_file
from tests.api.schema_check import CheckedClient
from tests.api.workers import work

# People gave q1 d1 2 and d2 0, and q2 d3 1.
TABLE = b"query-id,corpus-id,one,two,ada,bob\nq1,d1,2,0,2,2\nq1,d2,0,1,0,1\nq2,d3,1,2,1,1\n"


@pytest.fixture
def address(api: CheckedClient, corpus: Corpus, collection: QueryCollection) -> str:
    """Two raters and two people beside gold labels, on 0..2."""
    fields = {"collection": "head", "people": "ada,bob", "max_grade": 2}
    answer = api.post(f"{API}/judgments/table", {**fields, "file": form_file(TABLE, "labels.csv")})
    assert answer.status_code == 201
    return f"{API}/query-collections/{collection.pk}/agreement"


def test_a_report_is_asked_for_and_then_there(
    api: CheckedClient, address: str, collection: QueryCollection
) -> None:
    assert api.get(address, {"first": "one"}).status_code == 404
    asked = api.post(address, {"first": "one"}, format="json")
    assert (asked.status_code, asked.json()["state"], asked.json()["report"]) == (202, "waiting", None)
    work()
    found = api.get(address, {"first": "one"}).json()
    assert (found["first"], found["second"], found["is_current"]) == ("one@1", "gold", True)
    collection.refresh_from_db()
    version = find_rater_version(collection.workspace, "one")
    snapshot = gold_snapshot(collection, None)
    assert found["report"] == rater_report(Asked(version, collection, snapshot))
    again = api.post(address, {"first": "one@1", "second": "gold"}, format="json")
    assert (again.status_code, again.json()) == (200, found)
    report = api.get(f"{API}/raters/{version.rater_id}/report", {"collection": "head"}).json()
    assert report == found["report"]


def test_all_graders_with_each_other(api: CheckedClient, address: str) -> None:
    api.post(address, {}, format="json")
    work()
    found = api.get(address).json()["overview"]
    assert [row["grader"] for row in found["graders"]] == ["person:ada", "one@1", "person:bob", "two@1"]
    assert found["graders"][0]["figures"]["kappa_quadratic"]["value"] == 1.0
    names = [one["grader"] for one in found["matrix"]["graders"]]
    one, two = names.index("one@1"), names.index("two@1")
    expected = cohen_kappa_score([2, 0, 1], [0, 1, 2], weights="quadratic")
    assert found["matrix"]["kappa_quadratic"][one][two] == pytest.approx(expected)
    assert found["matrix"]["n_pairs"][two][names.index("gold")] == 3
    people = cohen_kappa_score([2, 0, 1], [2, 1, 1], weights="quadratic")
    assert found["human_ceiling"]["pairwise"]["value"] == pytest.approx(people)


def test_what_was_graded_since_is_said(api: CheckedClient, address: str) -> None:
    api.post(address, {}, format="json")
    work()
    more = {"rater": "three", "collection": "head", "max_grade": 2, "file": form_file(b"q1 0 d1 2\n")}
    api.post(f"{API}/judgments", more)
    assert api.get(address).json()["is_current"] is False
    assert api.post(address, {}, format="json").status_code == 202


def test_a_person_against_a_rater(api: CheckedClient, address: str) -> None:
    asked = {"first": "person:ada", "second": "two"}
    api.post(address, asked, format="json")
    work()
    report = api.get(address, asked).json()["report"]
    assert (report["rater"]["kind"], report["rater"]["number"]) == ("person", None)
    assert report["reference"]["kind"] == "rater"
    assert report["confusion"] == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"first": "gold"}, "gold labels against itself"),
        ({"first": "person:nobody"}, 'no person "nobody"'),
        ({"first": "nobody"}, 'no rater "nobody"'),
        ({"second": "one"}, "Name who is held against"),
        ({"first": "one", "corpus": "x"}, 'no corpus "x"'),
    ],
)
def test_bad_requests_say_what_to_change(
    api: CheckedClient, address: str, asked: dict[str, str], problem: str
) -> None:
    for answer in (api.get(address, asked), api.post(address, asked, format="json")):
        assert answer.status_code == 400
        assert problem in answer.content.decode().replace('\\"', '"')


def test_a_job_without_labels_says_so(api: CheckedClient, address: str) -> None:
    QueryCollection.objects.get().gold_labels.all().delete()
    asked = api.post(address, {"first": "one"}, format="json").json()
    work()
    job = api.get(f"{API}/jobs/{asked['job']}").json()
    assert (job["state"], "has no gold label above 0" in job["error"]) == ("failed", True)
    assert Rater.objects.filter(name="one").exists()


def test_the_pairs_of_a_cell_are_listed(api: CheckedClient, address: str) -> None:
    asked = {"first": "one", "second": "two", "cell": "0,1"}
    assert api.get(f"{address}/pairs", asked).status_code == 404
    api.post(address, {"first": "one", "second": "two"}, format="json")
    work()
    found = api.get(f"{address}/pairs", asked).json()
    assert (found["n_kept"], found["next"]) == (1, None)
    (pair,) = found["results"]
    assert (pair["query_id"], pair["query"], pair["doc_id"], pair["text"]) == ("q1", "one", "d2", "text 2")
    assert api.get(f"{address}/pairs", {**asked, "cell": "1,1"}).json()["results"] == []
    wrong = api.get(f"{address}/pairs", {**asked, "cell": "best"})
    assert wrong.json()["errors"][0]["field"] == "cell"
