"""The OpenAPI description and the page that shows it."""

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.api.conftest import API
from tests.api.schema_check import schema

OPERATIONS = [
    (path, method)
    for path, methods in schema()["paths"].items()
    for method in methods
    if method != "parameters"
]


def test_it_is_valid_and_made_without_a_warning() -> None:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert out.getvalue().startswith("openapi: 3.1.1\n")


def test_anybody_may_read_it(db: None) -> None:
    response = Client().get(f"{API}/schema/", HTTP_ACCEPT="application/json")
    assert json.loads(response.content)["paths"].keys() == schema()["paths"].keys()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_describes_itself_and_its_problems(path: str, method: str) -> None:
    operation = schema()["paths"][path][method]
    assert operation["description"]
    assert {"400", "401", "403", "default"} <= operation["responses"].keys()
    assert ("404" in operation["responses"]) == ("{" in path)
    problem = operation["responses"]["400"]["content"]["application/problem+json"]["schema"]
    assert problem == {"$ref": "#/components/schemas/Problem"}
    assert {"token": []} in operation["security"]


def test_uploads_are_forms_or_bare_files() -> None:
    body = schema()["paths"][f"{API}/systems"]["post"]["requestBody"]["content"]
    assert body.keys() == {"multipart/form-data", "application/octet-stream", "application/x-ndjson"}
    form = schema()["components"]["schemas"]["RunFormRequest"]
    assert form["required"] == ["collection", "corpus", "file", "name"]
    documents = schema()["paths"][f"{API}/corpora/{{corpus_id}}/documents"]["post"]
    names = {"column", "file_name", "corpus_id", "Idempotency-Key"}
    assert {row["name"] for row in documents["parameters"]} == names


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_headers_are_described_where_they_count(path: str, method: str) -> None:
    parameters = schema()["paths"][path][method].get("parameters", [])
    headers = {row["name"] for row in parameters if row["in"] == "header"}
    assert ("Idempotency-Key" in headers) == (method == "post")
    assert headers <= {"Idempotency-Key", "If-None-Match"}


def test_lists_are_pages_or_lines() -> None:
    content = schema()["paths"][f"{API}/judgments"]["get"]["responses"]["200"]["content"]
    assert content.keys() == {"application/json", "application/x-ndjson"}
    assert content["application/x-ndjson"]["schema"]["type"] == "string"
    made = schema()["paths"][f"{API}/corpora"]["post"]["responses"]["201"]["content"]
    assert made.keys() == {"application/json"}


def test_a_campaign_is_asked_for_by_names_or_ids_and_never_by_files() -> None:
    content = schema()["paths"][f"{API}/campaigns"]["post"]["requestBody"]["content"]["application/json"]
    fields: dict[str, Any] = content["schema"]["properties"]
    assert fields["corpus"]["properties"].keys() == {"name", "id", "snapshot"}
    assert "run" not in fields["systems"]["items"]["properties"]
    (example,) = content["examples"].values()
    assert example["value"].keys() <= fields.keys()


def test_the_page_loads_nothing_from_elsewhere_and_needs_no_inline_code(db: None) -> None:
    response = Client().get(f"{API}/docs/")
    page = response.content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) == 5
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert not re.search(r"<style|<script>|\son\w+=|style=", page)
    policy = response["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_the_script_of_the_page_is_a_script(db: None) -> None:
    response = Client().get(f"{API}/docs/?script")
    assert response["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle(" in response.content.decode()
