"""A rater's report over REST, on a finished campaign of two systems.

People gave d1 2, d2 0 for q1 and d3 1 for q2, of 2. The run `production` lists d1, d4
and d3; `reversed` lists d2, d1 and d4, d3.
"""

from math import log2
from pathlib import Path

import pytest

from evalhub.core.digest import text_digest
from evalhub.formats.source import Source
from evalhub.models import Document, Judgment, Query, QueryCollection, Rater, RaterVersion, System
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.selectors.rater_versions import find_rater_version, gold_snapshot
from evalhub.services.systems import system_of_run
from tests.api.conftest import API, spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work

W2 = 1 / log2(3)


@pytest.fixture
def rater(api: CheckedClient, production: System, tmp_path: Path) -> Rater:
    """People's labels as a rater, after a campaign."""
    path = tmp_path / "reversed.trec"
    path.write_text("q1 Q0 d2 1 9 t\nq1 Q0 d1 2 8 t\nq2 Q0 d4 1 7 t\nq2 Q0 d3 2 6 t\n")
    system_of_run(production.workspace, "reversed", Source(path.name, path))
    start(api, spec(systems=[{"name": "production"}, {"name": "reversed"}]))
    work()
    return Rater.objects.get()


def address(rater: Rater) -> str:
    return f"{API}/raters/{rater.pk}/report"


def test_the_report_is_that_of_every_edge(
    api: CheckedClient, rater: Rater, collection: QueryCollection
) -> None:
    found = api.get(address(rater), {"collection": "head"}).json()
    version = find_rater_version(rater.workspace, "people")
    collection.refresh_from_db()
    assert found == rater_report(Asked(version, collection, gold_snapshot(collection, None)))
    assert found["rater"]["name"] == "people"
    assert found["reference"]["corpus"]["name"] == "books"
    # Labels against themselves; d2 was graded because `reversed` returned it.
    assert (found["n_pairs"], found["figures"]["accuracy"]["value"]) == (3, 1.0)


def test_the_order_of_systems_by_hand(api: CheckedClient, rater: Rater) -> None:
    (order,) = api.get(address(rater), {"collection": "head"}).json()["systems"]
    assert (order["measure"], order["reference_measure"], order["n_systems"]) == ("PWAS@2", "nDCG@2", 2)
    production, turned = order["systems"]
    # nDCG of production is 1 twice; of reversed d1 and d3 stand second.
    assert (production["reference"], turned["reference"]) == pytest.approx((1.0, W2))
    # PWAS leaves d4 out, which nobody graded: q1 1 of rated weight, q2 1/2 of the fixed denominator.
    assert production["rater"] > turned["rater"]
    assert (order["tau"]["value"], order["tau"]["n_pairs"], order["tau"]["n_queries"]) == (1.0, 1, 2)


def test_queries_that_taught_the_rater_order_no_systems(api: CheckedClient, rater: Rater) -> None:
    version = rater.versions.get()
    version.spec = {**version.spec, "training": {"query_digests": [text_digest("two")]}}
    version.save()
    found = api.get(address(rater), {"collection": "head"}).json()
    assert (found["excluded"], found["n_queries"]) == ({"queries": 1, "pairs": 1}, 1)
    (order,) = found["systems"]
    assert (order["tau"]["n_queries"], order["tau"]["low"]) == (1, None)
    assert {row["n_queries"] for row in order["systems"]} == {1}


def test_against_a_rater_that_says_the_contrary(api: CheckedClient, rater: Rater) -> None:
    people = rater.versions.get()
    contrary = RaterVersion.objects.create(
        workspace=rater.workspace,
        rater=Rater.objects.create(workspace=rater.workspace, name="contrary"),
        number=1,
        kind=people.kind,
        model="",
        max_grade=2,
        spec={},
        digest="sha256:1",
    )
    query, documents = Query.objects.get(query_id="q1"), Document.objects.in_bulk(field_name="pk")
    for document in documents.values():
        if document.doc_id in ("d1", "d2"):
            Judgment.objects.create(
                rater_version=contrary,
                query_digest=query.digest,
                document_digest=document.digest,
                state="graded",
                grade=2 if document.doc_id == "d2" else 0,
                gain=1.0 if document.doc_id == "d2" else 0.0,
            )
    found = api.get(address(contrary.rater), {"collection": "head", "against": "people"}).json()
    assert found["reference"]["rater"]["name"] == "people"
    assert found["confusion"] == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
    assert found["figures"]["kappa"]["value"] == -1.0
    assert found["systems"] == []  # contrary graded no campaign


def test_other_parameters(api: CheckedClient, rater: Rater) -> None:
    asked = {"collection": "head", "version": 1, "corpus": "books", "seed": 3, "gold_max": 4}
    found = api.get(address(rater), {**asked, "thresholds": "2:2,1:1", "compare": "people"}).json()
    assert (found["method"]["seed"], found["scales"]["reference"]) == (3, 4)
    assert found["figures"]["kappa>=2:2"]["value"] == found["figures"]["kappa>=1:1"]["value"] == 1.0
    assert found["compared"]["differences"]["bias_gains"]["value"] == 0.0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "collection"),
        ({"collection": "haed"}, "head"),
        ({"collection": "head", "corpus": "x"}, 'no corpus "x"'),
        ({"collection": "head", "version": 9}, "no version 9"),
        ({"collection": "head", "against": "x"}, 'no rater "x"'),
        ({"collection": "head", "thresholds": "2"}, "thresholds"),
        ({"collection": "head", "thresholds": "9:1"}, "splits no scale"),
        ({"collection": "head", "colour": "red"}, "unknown field"),
    ],
)
def test_bad_parameters(api: CheckedClient, rater: Rater, asked: dict[str, str], said: str) -> None:
    response = api.get(address(rater), asked)
    assert response.status_code == 400
    assert said in response.content.decode().replace('\\"', '"')
