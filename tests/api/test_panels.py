"""Panels over REST: asked for as in SPEC.yaml, and what each member said is shown."""

from collections.abc import Iterator
from typing import Any

import pytest

from evalhub import wiring
from evalhub.models import System
from tests.api.conftest import API, Json, spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work
from tests.raters.grading_provider import grading_provider

GRADES = {
    "m1": {"title 1\ntext 1": 3, "title 4\ntext 4": "no", "title 3\ntext 3": 1},
    "m2": {"title 1\ntext 1": 1, "title 4\ntext 4": 2, "title 3\ntext 3": 1},
}


@pytest.fixture
def panel(settings: Any) -> Iterator[list[Json]]:
    with grading_provider(GRADES, []) as base_url:
        settings.EVALHUB_HOSTED_URLS = [base_url]
        hosted = {"kind": "hosted", "base_url": base_url}
        members = [{"name": "a", "model": "m1", **hosted}, {"name": "b", "model": "m2", **hosted}]
        yield [*members, {"name": "both", "kind": "panel", "members": ["a", "b"], "combine": "mean"}]
    wiring._hosted_rater.cache_clear()


def test_a_panel_and_its_members(api: CheckedClient, production: System, panel: list[Json]) -> None:
    done = start(api, spec(raters=panel)).json()
    work()
    links = done["links"]
    first, second = api.get(links["hits"], {"system": "production", "query_id": "q1"}).json()["results"]
    said = {one["rater"]: one for one in first["judgments"]}
    assert {name: (one["grade"], one["member_of"]) for name, one in said.items()} == {
        "a": (3, ["both"]),
        "b": (1, ["both"]),
        "both": (2, []),
    }
    assert said["both"]["rationale"] == "mean of a 3, b 1"
    said = {one["rater"]: one for one in second["judgments"]}
    assert (said["both"]["state"], said["both"]["reason"]) == ("unrated", "no_quorum")
    ledger = {row["rater"]: row for row in api.get(links["results"]).json()["ratings"]}
    assert [(row["member_of"], row["rated"], row["unrated"]) for row in ledger.values()] == [
        (["both"], 2, 1),
        (["both"], 3, 0),
        ([], 2, 1),
    ]


def test_members_are_shown_where_only_the_panel_is_a_rater(
    api: CheckedClient, production: System, panel: list[Json]
) -> None:
    start(api, spec(raters=panel))
    done = start(api, spec(raters=panel[2:])).json()
    work()
    hits = api.get(done["links"]["hits"], {"system": "production", "query_id": "q2"}).json()["results"]
    assert [(one["rater"], one["grade"]) for one in hits[0]["judgments"]] == [("both", 1), ("a", 1), ("b", 1)]
    estimate = api.post(f"{API}/campaigns/estimate", spec(raters=panel[2:]), format="json").json()
    assert [(row["rater"], row["member_of"]) for row in estimate["raters"]] == [
        ("both", []),
        ("a", ["both"]),
        ("b", ["both"]),
    ]


@pytest.mark.parametrize(
    ("members", "field", "problem"),
    [
        (["a"], "raters.0.members", "fewer than 2"),
        (["a", "both"], "raters.0.members.1", "the panel itself"),
        (["a", "nobody"], "raters.0.members", 'no rater "nobody"'),
    ],
)
def test_no_panel(
    api: CheckedClient, production: System, members: list[str], field: str, problem: str
) -> None:
    raters = [{"name": "both", "kind": "panel", "members": members}]
    start(api, spec(raters=[{"name": "a", "kind": "hosted", "model": "m"}]))
    response = start(api, spec(raters=raters))
    assert response.status_code == 400
    (fault,) = response.json()["errors"]
    assert fault["field"].replace("[", ".").replace("]", "") == field
    assert fault["problem"].startswith(problem)
    assert fault["remedy"]
