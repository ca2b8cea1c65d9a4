import json

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from evalhub.models import Corpus
from tests.api.conftest import API, Count
from tests.api.schema_check import CheckedClient

NESTED = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize(
    "address", ["", "nothing", "campaigns/", "campaigns/x", "campaigns/1/nothing", "docs"]
)
def test_an_address_that_is_none_is_a_problem_of_404_for_anybody(db: None, method: str, address: str) -> None:
    response = getattr(APIClient(enforce_csrf_checks=True), method)(f"{API}/{address}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": f"there is no address {API}/{address}; see /api/v1/docs/",
        "errors": [],
    }


def test_another_method_says_which_there_are(api: CheckedClient) -> None:
    response = api.delete(f"{API}/corpora")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert response.json()["detail"] == 'Method "DELETE" not allowed.'


def test_options_are_not_offered(api: CheckedClient) -> None:
    assert api.options(f"{API}/corpora").status_code == 405


@pytest.mark.parametrize("key", [0, 999, 2**63, 10**40])
def test_a_key_that_is_nobodys_is_404_however_large(api: CheckedClient, key: int) -> None:
    response = api.get(f"{API}/corpora/{key}")
    assert response.status_code == 404
    assert response.json()["detail"] == "there is nothing here that this token may see"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_a_body_that_is_not_json_is_415(api: CheckedClient, content_type: str) -> None:
    response = api.post(f"{API}/corpora", b"name=books", content_type=content_type)
    assert response.status_code == 415


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "JSON parse error"),
        ('{"name": NaN}', "JSON parse error"),
        (b'{"name": "\xff"}', "JSON parse error"),
        (NESTED, "nested too deeply"),
        ('{"name": "a", "name": "b"}', 'the key "name" comes twice in one object'),
        ('{"name": "a\\u0000b"}', "a NUL character or half a surrogate pair"),
        ('{"name": "\\ud800"}', "a NUL character or half a surrogate pair"),
    ],
)
def test_broken_json_is_400_and_changes_nothing(
    api: CheckedClient, count_rows: Count, body: str | bytes, said: str
) -> None:
    before = count_rows()
    response = api.post(f"{API}/corpora", body, content_type="application/json")
    assert response.status_code == 400
    assert said in response.json()["detail"]
    assert count_rows() == before


def test_a_backslash_before_u0000_is_text_like_any_other(api: CheckedClient) -> None:
    response = api.post(f"{API}/corpora", json.dumps({"name": r"a\u0000"}), content_type="application/json")
    assert response.status_code == 201
    assert Corpus.objects.get().name == r"a\u0000"


def test_a_body_that_is_too_large_is_413(api: CheckedClient) -> None:
    body = json.dumps({"name": "x" * 3_000_000})
    response = api.post(f"{API}/corpora", body, content_type="application/json")
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("body", "field", "problem", "remedy"),
    [
        ({}, "name", "This field is required", ""),
        ({"name": ""}, "name", "This field may not be blank", ""),
        ({"name": None}, "name", "This field may not be null", ""),
        ({"name": " a"}, "name", "blanks around the name or control characters in it", "Remove them"),
        ({"name": "a\nb"}, "name", "blanks around the name or control characters in it", "Remove them"),
        ({"name": "x" * 101}, "name", "Ensure this field has no more than 100 characters", ""),
        ({"name": "a", "nmae": "b"}, "nmae", "unknown field", 'Did you mean "name"?'),
        ({"zzz": 1}, "zzz", "unknown field", "Known: name."),
        ([1], None, "Invalid data. Expected a dictionary, but got list", ""),
    ],
)
def test_a_field_that_is_not_acceptable_is_named(
    api: CheckedClient, count_rows: Count, body: object, field: str | None, problem: str, remedy: str
) -> None:
    before = count_rows()
    response = api.post(f"{API}/corpora", body, format="json")
    assert response.status_code == 400
    assert response.json()["type"] == "urn:evalhub:problem:invalid-request"
    fault = {"file": "request", "line": None, "field": field, "problem": problem, "remedy": remedy}
    assert response.json()["errors"] == [fault]
    assert count_rows() == before


def test_what_nobody_foresaw_is_500_without_a_traceback(
    api: CheckedClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(corpora: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("evalhub.api.views.corpora.corpora_states", explode)
    response = api.get(f"{API}/corpora")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in response.content.decode()
    assert "ZeroDivisionError: a secret" in caplog.text


def test_an_accept_header_that_cannot_be_met_is_406(api: CheckedClient) -> None:
    response = api.get(f"{API}/corpora", HTTP_ACCEPT="text/html")
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")


def test_a_busy_database_is_503_and_says_when_to_come_back(
    api: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("evalhub.api.views.corpora.corpus_ensure", busy)
    response = api.post(f"{API}/corpora", {"name": "books"}, format="json")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["detail"].startswith("the database is busy or away; wait a little")
