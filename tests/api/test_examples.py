"""The bodies that the description shows are as it says, and the API takes them."""

from typing import Any

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from evalhub.models import Corpus, QueryCollection, ReviewItem, System, Workspace
from evalhub.services.review.grades import Said, grade_give
from tests.api.conftest import API, form_file
from tests.api.every_row import make_every_row
from tests.api.schema_check import CheckedClient, schema
from tests.people import person

# Of these the machine that runs them knows whether it can: test_campaigns.py has campaigns.
ELSEWHERE = {f"{API}/campaigns", f"{API}/campaigns/estimate"}
WITH_EXAMPLES = {
    *("corpora", "query-collections", "gold-labels", "systems", "raters", "schedules", "webhooks", "tokens"),
    *("disagreements/next", "disagreements/{item_id}/grades", "disagreements/{item_id}/adjudication"),
    *("campaigns/{campaign_id}/review/sample", "campaigns/{campaign_id}/review/assignments"),
}


def examples() -> list[Any]:
    """(path, media type, schema, body) of each example of a body."""
    return [
        pytest.param(path, kind, content["schema"], shown["value"], id=f"{path} {name}")
        for path, methods in schema()["paths"].items()
        for kind, content in methods.get("post", {}).get("requestBody", {}).get("content", {}).items()
        for name, shown in content.get("examples", {}).items()
    ]


ALL = examples()


def test_the_most_used_bodies_have_one() -> None:
    assert {f"{API}/{path}" for path in WITH_EXAMPLES} | ELSEWHERE == {one.values[0] for one in ALL}


@pytest.mark.parametrize(("path", "kind", "described", "body"), ALL)
def test_it_is_as_the_description_says(path: str, kind: str, described: Any, body: Any) -> None:
    whole = {**described, "components": schema()["components"]}
    Draft202012Validator(whole).validate(body)


@pytest.fixture
def keys(
    client_of: Any, workspace: Workspace, corpus: Corpus, collection: QueryCollection, production: System
) -> dict[str, int]:
    """Rows for the addresses, under the names that the examples use."""
    api = client_of(workspace)
    found = make_every_row(api, corpus, collection, production)
    corpus.name = "electronics"
    corpus.save()
    person("ada", workspace=workspace)
    return found


@pytest.mark.parametrize(
    ("path", "kind", "described", "body"), [one for one in ALL if one.values[0] not in ELSEWHERE]
)
def test_it_is_taken(
    client_of: Any,
    workspace: Workspace,
    keys: dict[str, int],
    path: str,
    kind: str,
    described: Any,
    body: Any,
) -> None:
    admin: CheckedClient = client_of(workspace, "admin")
    of_ours = {"campaign": keys["campaign_id"]} if "campaign" in body else {}
    sent: dict[str, Any] = {**body, **of_ours}
    if kind == "multipart/form-data":
        sent["file"] = form_file(body["file"].encode(), "file.txt")
    if path.endswith("/adjudication"):  # it settles what somebody graded
        item = ReviewItem.objects.get(pk=keys["item_id"])
        grade_give(item, person("ada", workspace=workspace), Said(grade=0), now=timezone.now())
    answer = admin.post(path.format(**keys), sent, format="json" if kind == "application/json" else None)
    assert answer.status_code in {200, 201}, answer.json()
