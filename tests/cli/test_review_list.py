"""`evalhub review list`: the pairs that REST and the page show."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from evalhub.models import ReviewQueue
from evalhub.services.tokens import token_create
from evalhub.services.workspaces import workspace_default
from tests.cli.conftest import Ended
from tests.people import person
from tests.pipeline.review_campaign import filled, make_review_campaign

Evalhub = Callable[..., Ended]


@pytest.fixture
def queue(db: None) -> ReviewQueue:
    return filled(make_review_campaign())


def ids(ended: Ended) -> list[str]:
    return [line.split("  ")[-1 if "=" not in line else -2].split()[1] for line in ended.out.splitlines()[1:]]


def test_pairs_by_what_a_label_could_change(evalhub: Evalhub, queue: ReviewQueue) -> None:
    shown = evalhub("review", "list", queue.campaign_id)
    assert shown.out.startswith("3 pairs;")
    assert ids(shown) == ["d1", "d3", "d2"]
    # Blind: what was said is printed of the settled pair alone.
    assert shown.out.splitlines()[1].split() == ["0.306574", "gap", "1.00", "open", "q1", "d1"]
    assert shown.out.splitlines()[3].endswith("judge=0 second=0 gold labels=1")


def test_filters_by_name(evalhub: Evalhub, queue: ReviewQueue) -> None:
    differing = ("--rater", "judge", "--rater", "gold labels")
    assert ids(evalhub("review", "list", queue.campaign_id, *differing)) == ["d2"]
    assert ids(evalhub("review", "list", queue.campaign_id, *differing, "--grades", "0,1")) == ["d2"]
    assert ids(evalhub("review", "list", queue.campaign_id, "--system", "A", "--state", "open")) == ["d1"]


def test_the_json_is_that_of_rest(evalhub: Evalhub, queue: ReviewQueue, tmp_path: Path) -> None:
    path = tmp_path / "pairs.json"
    evalhub("review", "list", queue.campaign_id, "--json", path)
    token = token_create(workspace_default(), person("ada"), "read")
    address = f"/api/v1/disagreements?campaign={queue.campaign_id}"
    by_rest = Client().get(address, headers={"Authorization": f"Bearer {token}"}).json()
    assert json.loads(path.read_text())["results"] == by_rest["results"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rater", "jugde", "--rater", "second"], 'Did you mean "judge"?'),
        (["--rater", "judge"], "name two raters"),
        (["--system", "C"], "There are: A, B."),
        (["--rater", "judge", "--rater", "second", "--grades", "x"], "not one grade of each rater"),
    ],
)
def test_bad_input_is_said(evalhub: Evalhub, queue: ReviewQueue, arguments: list[str], said: str) -> None:
    ended = evalhub("review", "list", queue.campaign_id, *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_a_campaign_without_a_review_says_how_to_open_one(evalhub: Evalhub, db: None) -> None:
    ended = evalhub("review", "list", make_review_campaign().pk)
    assert ended.code == 2
    assert "open it on the page of the campaign" in ended.err
