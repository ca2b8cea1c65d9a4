"""Reviewing by REST: the same rules as on the screen."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from evalhub.models import GoldLabel, HumanGrade, ReviewItem, ReviewQueue, Workspace
from evalhub.selectors.review.chosen import Chosen, chosen_items
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
from tests.review_rows import make_queue

ClientOf = Callable[..., CheckedClient]


@pytest.fixture
def queue(db: None) -> ReviewQueue:
    return make_queue(make_campaign(make_inputs()))


@pytest.fixture
def ada(client_of: ClientOf, workspace: Workspace) -> CheckedClient:
    return client_of(workspace, "review")


@pytest.fixture
def bob(client_of: ClientOf, workspace: Workspace) -> CheckedClient:
    return client_of(workspace, "admin")


def order(queue: ReviewQueue) -> list[ReviewItem]:
    return list(chosen_items(queue, Chosen()))


def take(client: CheckedClient, queue: ReviewQueue, **more: object) -> list[int]:
    answer = client.post(f"{API}/disagreements/next", {"campaign": queue.campaign_id, **more}, format="json")
    assert answer.status_code == 200
    return [pair["id"] for pair in answer.json()["results"]]


def test_take_grade_and_undo(ada: CheckedClient, bob: CheckedClient, queue: ReviewQueue) -> None:
    items = [item.pk for item in order(queue)]
    assert take(ada, queue, n=2) == items[:2]
    assert take(bob, queue, n=2) == items[2:4]
    assert take(ada, queue, n=1, having=items[:2]) == [items[4]]
    grades = f"{API}/disagreements/{items[0]}/grades"
    assert ada.get(f"{API}/disagreements/{items[0]}/history").json()["is_hidden"]
    body = {"grade": 2, "comment": "on page 3", "key": "k"}
    for _ in range(2):
        answer = ada.post(grades, body, format="json")
        assert answer.status_code == 201
    shown = answer.json()
    assert (shown["state"], shown["grade"]) == ("settled", 2)
    (event,) = shown["events"]
    assert (event["screen"], event["selection"], event["comment"]) == ("api", "hand-picked", "on page 3")
    assert HumanGrade.objects.count() == 1
    refused = ada.post(grades, {**body, "grade": 3}, format="json")
    assert refused.status_code == 400
    assert "was used for another grade" in refused.json()["detail"]
    undone = ada.delete(grades)
    assert undone.json()["state"] == "open"
    assert ada.delete(f"{API}/disagreements/{items[7]}/grades").status_code == 409


def test_adjudication(ada: CheckedClient, bob: CheckedClient, queue: ReviewQueue) -> None:
    item = order(queue)[0]
    word = f"{API}/disagreements/{item.pk}/adjudication"
    for client, grade in ((ada, 0), (bob, 3)):
        client.post(f"{API}/disagreements/{item.pk}/grades", {"grade": grade}, format="json")
    labels = GoldLabel.objects.filter(
        query_id=item.query.query_id, doc_id=item.document.doc_id, removed_in=None
    )
    assert not labels.exists()
    assert ada.post(word, {"grade": 3}, format="json").status_code == 400
    shown = ada.post(word, {"grade": 3, "reason": "see the title"}, format="json").json()
    assert (shown["state"], shown["grade"]) == ("settled", 3)
    assert [event["overruled_reason"] for event in shown["events"]] == ["see the title", "see the title", ""]
    assert labels.get().graded_by == User.objects.get(username="review-of-default")
    assert bob.delete(word).status_code == 409
    assert ada.delete(word).json()["state"] == "differ"


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"n": 0}, "n"), ({"raters": "98,99"}, "raters"), ({"campaign": 99}, "campaign"), ({"m": 1}, "m")],
)
def test_what_is_wrong_is_named(
    ada: CheckedClient, queue: ReviewQueue, fields: dict[str, object], named: str
) -> None:
    answer = ada.post(f"{API}/disagreements/next", {"campaign": queue.campaign_id, **fields}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == named


def test_a_token_that_only_runs_does_not_grade(
    client_of: ClientOf, workspace: Workspace, queue: ReviewQueue
) -> None:
    address = f"{API}/disagreements/{order(queue)[0].pk}/grades"
    assert client_of(workspace, "run").post(address, {"grade": 1}, format="json").status_code == 403
