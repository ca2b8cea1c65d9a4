"""What a rater is made of, over REST."""

from typing import Any

import pytest

from evalhub.core.split import part_of
from evalhub.models import QueryCollection, Rater, Snapshot, System, Workspace
from evalhub.services.raters import rater_version_register
from tests.api.conftest import API, Json
from tests.api.schema_check import CheckedClient


@pytest.fixture
def judge(workspace: Workspace, production: System, collection: QueryCollection) -> Rater:
    """Three versions of a rater, the last with examples, and another rater."""
    hosted = {"kind": "hosted", "model": "m", "prompt": "binary-relevance"}
    collection.gold_labels.filter(grade=2).update(grade=1)
    described: list[dict[str, Any]] = [
        {"name": "judge", **hosted},
        {"name": "judge", **hosted, "decoding": {"temperature": 1}},
        {"name": "judge", **hosted, "examples": {"queries": "head", "seed": _seed()}},
        {"name": "other", **hosted, "model": "m2"},
    ]
    for one in described:
        rater_version_register(workspace, one, collection, Snapshot.objects.get())
    return Rater.objects.get(name="judge")


def _seed() -> int:
    """One with which the first query, of labels 0 and 1, is for training."""
    return next(seed for seed in range(100) if part_of("one", seed=seed) == "train")


def address(rater: Rater, what: str = "") -> str:
    return f"{API}/raters/{rater.pk}{what}"


def test_the_newest_version_and_one_by_number(api: CheckedClient, judge: Rater) -> None:
    newest = api.get(address(judge)).json()
    assert (newest["name"], newest["number"], newest["max_grade"]) == ("judge", 3, 1)
    assert sorted(one["grade"] for one in newest["examples"]) == [0, 1]
    assert newest["n_training_queries"] >= 1
    second = api.get(address(judge), {"version": 2}).json()
    assert second["settings"]["decoding.temperature"] == 1
    assert [grade["name"] for grade in second["rubric"]["grades"]] == ["irrelevant", "relevant"]
    assert second["examples"] == []


def test_the_versions(api: CheckedClient, judge: Rater) -> None:
    rows = api.get(address(judge, "/versions")).json()["results"]
    assert [row["number"] for row in rows] == [3, 2, 1]


def test_what_is_different(api: CheckedClient, judge: Rater) -> None:
    found = api.get(address(judge, "/diff"), {"with": "judge@1", "version": 2}).json()
    assert found["changes"] == [
        {"field": "decoding.temperature", "old": 0.0, "new": 1, "makes_version": True}
    ]
    assert found["prompt"] == ""
    found = api.get(address(judge, "/diff"), {"with": "other"}).json()
    assert [row["field"] for row in found["changes"]] == ["model", "training.n_queries"]
    assert '+example: {"query": "one"' in found["prompt"]


@pytest.mark.parametrize(
    ("what", "asked", "problem"),
    [
        ("/diff", {}, "This field is required"),
        ("/diff", {"with": "nobody"}, 'no rater "nobody"'),
        ("/diff", {"wiht": "judge@1"}, 'unknown field. Did you mean "with"?'),
        ("", {"version": 9}, 'the rater "judge" has no version 9'),
        ("", {"version": 0}, "Ensure this value is greater than or equal to 1"),
    ],
)
def test_what_is_not_there(api: CheckedClient, judge: Rater, what: str, asked: Json, problem: str) -> None:
    response = api.get(address(judge, what), asked)
    assert response.status_code == 400
    assert problem in response.json()["detail"]


def test_raters_of_other_workspaces_are_not_found(api: CheckedClient, judge: Rater) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    Rater.objects.filter(pk=judge.pk).update(workspace=other)
    for what in ("", "/versions", "/diff?with=other"):
        assert api.get(address(judge, what)).status_code == 404
