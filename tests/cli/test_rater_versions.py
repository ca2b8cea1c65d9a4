"""`evalhub rater show|diff`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from evalhub.models import QueryCollection, RaterVersion, Snapshot
from evalhub.services.raters import rater_version_register
from evalhub.services.workspaces import workspace_default
from raters.rubric import load_prompt
from tests.cli.conftest import Ended

Evalhub = Callable[..., Ended]


@pytest.fixture
def versions(evalhub: Evalhub, sample: Path, tmp_path: Path) -> list[RaterVersion]:
    """judge@1 and judge@2, a rater "other", and a panel of the first and the last."""
    assert evalhub("corpus", "add", "c", sample / "corpus.jsonl").code == 0
    assert evalhub("queries", "add", "q", sample / "queries.jsonl").code == 0
    prompt = tmp_path / "own.txt"
    prompt.write_text(load_prompt("graded-relevance").text.replace("is not about", "is all but about"))
    hosted = {"kind": "hosted", "model": "m"}
    described = [
        {"name": "judge", **hosted},
        {"name": "judge", **hosted, "model": "m2", "prompt": "binary-relevance"},
        {"name": "other", **hosted, "model": "m3", "prompt": str(prompt)},
        {"name": "both", "kind": "panel", "members": ["judge@1", "other"], "combine": "mean"},
    ]
    collection, snapshot = QueryCollection.objects.get(), Snapshot.objects.get()
    return [rater_version_register(workspace_default(), one, collection, snapshot) for one in described]


def test_show(evalhub: Evalhub, versions: list[RaterVersion]) -> None:
    ended = evalhub("rater", "show", "judge")
    assert ended.code == 0
    assert f"judge@2 (hosted), 0 judgments, made {timezone.now():%Y-%m-%d}" in ended.out
    assert "helps to answer the query, if only in part" in ended.out
    assert "You judge search results. Decide whether the document helps" in ended.out
    assert "irrelevant" in evalhub("rater", "show", "judge@1").out


def test_show_a_panel(evalhub: Evalhub, versions: list[RaterVersion]) -> None:
    details = json.loads(evalhub("rater", "show", "both", "--json", "-").out)
    assert details["members"] == {"judge@1": "judge@1", "other": "other@1"}
    assert details["settings"].keys() == {"kind", "max_document_tokens", "combine", "training.n_queries"}
    assert "You judge" not in evalhub("rater", "show", "both").out


def test_diff_of_panels_names_the_members(evalhub: Evalhub, versions: list[RaterVersion]) -> None:
    collection, snapshot = QueryCollection.objects.get(), Snapshot.objects.get()
    newer = {"name": "judge", "kind": "hosted", "model": "m", "revision": "later"}
    panel = {"name": "both", "kind": "panel", "members": ["judge", "other"], "combine": "mean"}
    for described in (newer, panel):
        rater_version_register(workspace_default(), described, collection, snapshot)
    found = json.loads(evalhub("rater", "diff", "both@1", "both@2", "--json", "-").out)
    changes = {row["field"]: (row["old"], row["new"], row["makes_version"]) for row in found["changes"]}
    assert changes == {
        "members.judge@1": ("judge@1", None, True),
        "members.judge": (None, "judge@3", True),
    }


def test_diff(evalhub: Evalhub, versions: list[RaterVersion]) -> None:
    ended = evalhub("rater", "diff", "judge@1", "judge@2")
    assert ended.code == 0
    rows = [line.split("│")[1:5] for line in ended.out.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row] for row in rows] == [["model", "m", "m2", "yes"]]
    lines = ended.out.splitlines()
    assert lines.index("--- judge@1") + 1 == lines.index("+++ judge@2")
    assert "-grade 3: perfect | answers the query fully" in lines
    assert "+name: binary-relevance" in lines


def test_diff_as_json_and_of_the_same(evalhub: Evalhub, versions: list[RaterVersion]) -> None:
    found = json.loads(evalhub("rater", "diff", "judge@1", "other", "--json", "-").out)
    assert [row["field"] for row in found["changes"]] == ["model"]
    assert (found["old"]["name"], found["new"]["name"]) == ("judge", "other")
    assert evalhub("rater", "diff", "judge", "judge@2").out == "judge@2 and judge@2 are the same version\n"


@pytest.mark.parametrize("command", [("show", "judgee"), ("diff", "judge@1", "judge@9")])
def test_no_such_version(evalhub: Evalhub, versions: list[RaterVersion], command: tuple[str, ...]) -> None:
    ended = evalhub("rater", *command)
    assert ended.code == 2
    assert 'Did you mean "judge"?' in ended.err
