"""What the description forbids is refused, although it could be read as what is wanted."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from evalhub.models import Corpus, QueryCollection, System
from tests.api.conftest import API, QRELS, Count, form_file, spec, start
from tests.api.schema_check import CheckedClient


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("corpora", {"name": 5}, "name"),
        ("corpora", {"name": True}, "name"),
        ("prices", {"model": "m", "input_usd_per_mtok": "1", "output_usd_per_mtok": 1}, "input_usd_per_mtok"),
        (
            "prices",
            {"model": "m", "input_usd_per_mtok": True, "output_usd_per_mtok": 1},
            "input_usd_per_mtok",
        ),
        ("tokens", {"scope": "read", "days": "5"}, "days"),
        ("schedules", {"name": "n", "spec": {}, "nightly": "02:30", "is_anchor": "true"}, "is_anchor"),
        ("webhooks", {"name": "n", "url": "https://e.org/", "events": ["gate.fail", 1]}, "events[1]"),
        ("trainings", {"name": "n", "kind": "cross-encoder", "queries": [1]}, "queries[0]"),
    ],
)
def test_json_of_another_type(
    client_of: Any, workspace: Any, count_rows: Count, address: str, body: dict[str, Any], field: str
) -> None:
    admin = client_of(workspace, "admin")
    before = count_rows()
    response = admin.post(f"{API}/{address}", body, format="json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert count_rows() == before


def test_a_whole_number_may_have_a_point(client_of: Any, workspace: Any) -> None:
    made = client_of(workspace, "admin").post(f"{API}/tokens", {"scope": "read", "days": 5.0}, format="json")
    assert made.status_code == 201


def test_a_number_that_is_too_large_for_any_float(api: CheckedClient) -> None:
    response = api.generic("POST", f"{API}/corpora", '{"name": 1e999}', content_type="application/json")
    assert response.status_code == 400
    assert "JSON parse error" in response.json()["detail"]


@pytest.mark.parametrize("address", ["campaigns?branch=", "campaigns?page_size=", "judgments?rater="])
def test_an_empty_parameter_is_not_passed_over(api: CheckedClient, address: str) -> None:
    (fault,) = api.get(f"{API}/{address}").json()["errors"]
    assert fault["field"] == address.partition("?")[2].rstrip("=")
    assert (fault["problem"], fault["remedy"]) == ("empty", "Give a value or leave it out")


def test_a_field_is_said_once(api: CheckedClient, corpus: Corpus, collection: QueryCollection) -> None:
    form = {"collection": "head", "consensus": "median", "file": form_file(QRELS.encode(), "q.trec")}
    response = api.post(f"{API}/gold-labels?consensus=strict", form)
    assert response.status_code == 400
    (fault,) = response.json()["errors"]
    assert (fault["field"], fault["remedy"]) == ("consensus", "Leave one out.")


@pytest.mark.parametrize("key", [2**63, 10**40])
@pytest.mark.parametrize("address", ["review/undo", "review/sample", "cancel"])
def test_a_key_no_database_keeps(api: CheckedClient, production: System, address: str, key: int) -> None:
    start(api, spec())
    response = api.post(f"{API}/campaigns/{key}/{address}", {}, format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert response.status_code == 404
    assert api.get(f"{API}/raters/{key}/versions/1/probe/1").status_code == 404


def test_a_form_of_the_answer_that_there_is_not(api: CheckedClient) -> None:
    (fault,) = api.get(f"{API}/corpora?format=xml").json()["errors"]
    assert (fault["field"], fault["remedy"]) == ("format", "There are: json, ndjson")
    assert APIClient().get(f"{API}/corpora?format=xml").status_code == 401
