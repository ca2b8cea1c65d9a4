"""What the review's screens do beside grading: the same services, the same outcome by REST."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from evalhub.models import ReviewItem, ReviewQueue, ReviewTurn, Workspace
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


def review(queue: ReviewQueue, what: str) -> str:
    return f"{API}/campaigns/{queue.campaign_id}/review/{what}"


def take(client: CheckedClient, queue: ReviewQueue, **more: object) -> list[int]:
    answer = client.post(f"{API}/disagreements/next", {"campaign": queue.campaign_id, **more}, format="json")
    return [pair["id"] for pair in answer.json()["results"]]


@pytest.mark.parametrize("how", ["skipped", "later"])
def test_a_pass_and_taking_it_back(ada: CheckedClient, queue: ReviewQueue, how: str) -> None:
    first, second = [item.pk for item in order(queue)[:2]]
    address = f"{API}/disagreements/{first}/pass"
    assert take(ada, queue) == [first]
    assert ada.post(address, {"how": how}, format="json").json()["state"] == "open"
    assert ReviewTurn.objects.get().state == how
    assert take(ada, queue) == [second]
    assert ada.delete(address).status_code == 200
    assert take(ada, queue) == [first]
    assert ada.post(address, {"how": "never"}, format="json").json()["errors"][0]["field"] == "how"


def test_undo_goes_back_step_by_step(ada: CheckedClient, queue: ReviewQueue) -> None:
    first, second = [item.pk for item in order(queue)[:2]]
    ada.post(f"{API}/disagreements/{first}/grades", {"grade": 2}, format="json")
    ada.post(f"{API}/disagreements/{second}/pass", {"how": "skipped"}, format="json")
    undone = [ada.post(review(queue, "undo"), {}, format="json").json()["pair"]["id"] for _ in range(2)]
    assert undone == [second, first]
    assert ReviewItem.objects.get(pk=first).state == "open"
    assert ada.post(review(queue, "undo"), {}, format="json").status_code == 409


def test_undo_of_a_named_grade_leaves_a_later_one(ada: CheckedClient, queue: ReviewQueue) -> None:
    item = order(queue)[0].pk
    for grade in (1, 2):
        body = {"grade": grade, "key": f"k{grade}"}
        ada.post(f"{API}/disagreements/{item}/grades", body, format="json")
    ada.post(review(queue, "undo"), {"item": item, "key": "k1"}, format="json")
    assert ReviewItem.objects.get(pk=item).grade == 2
    ada.post(review(queue, "undo"), {"item": item, "key": "k2"}, format="json")
    assert ReviewItem.objects.get(pk=item).grade is None


def test_one_pair_by_name_is_for_one_person(
    ada: CheckedClient, bob: CheckedClient, queue: ReviewQueue
) -> None:
    item = order(queue)[5].pk
    taken = ada.post(f"{API}/disagreements/{item}/take").json()
    assert taken["pair"]["id"] == item
    refused = bob.post(f"{API}/disagreements/{item}/take")
    assert refused.status_code == 409
    assert "somebody else has it" in refused.json()["detail"]


def test_shares_are_given_out_and_freed(ada: CheckedClient, bob: CheckedClient, queue: ReviewQueue) -> None:
    items, address = [item.pk for item in order(queue)], review(queue, "assignments")
    asked = {"user": "review-of-default", "n": 2}
    given = bob.post(address, asked, format="json")
    assert (given.status_code, given.json()["items"]) == (201, items[:2])
    assert take(bob, queue) == [items[2]]
    people = bob.get(review(queue, "people")).json()["results"]
    assert {one["user"]: one["assigned"] for one in people} == {"review-of-default": 2, "admin-of-default": 0}
    assert bob.delete(f"{address}?user=review-of-default").json()["n"] == 2
    assert (
        bob.post(address, {**asked, "user": "nobody"}, format="json").json()["errors"][0]["field"] == "user"
    )
    assert bob.delete(f"{address}?user=nobody").status_code == 400
    assert ada.post(address, asked, format="json").status_code == 403


def test_how_far_a_review_is_as_its_page_says(ada: CheckedClient, queue: ReviewQueue, client: Client) -> None:
    items = order(queue)
    ada.post(f"{API}/disagreements/{items[0].pk}/grades", {"grade": 2}, format="json")
    ada.post(f"{API}/disagreements/{items[1].pk}/pass", {"how": "skipped"}, format="json")
    shown = ada.get(review(queue, "standing")).json()
    found = shown["standing"]
    assert (found["pairs"], found["answered"], found["skipped"]) == (len(items), 1, 1)
    assert found["left"] == len(items) - 2
    client.force_login(User.objects.get(username="review-of-default"))
    page = client.get(reverse("review-people", args=[queue.campaign_id]))
    assert page.context["standing"].n_left == found["left"]
    matrix = client.get(reverse("review", args=[queue.campaign_id])).context["matrix"]
    assert sum(map(sum, shown["confusion"]["counts"])) == matrix.n_pairs > 0
    graders = ada.get(f"{API}/campaigns/{queue.campaign_id}/review").json()["graders"]
    keys = [one["key"] for one in graders]
    turned = ada.get(f"{review(queue, 'standing')}?raters={keys[1]},{keys[0]}").json()["confusion"]
    counts = shown["confusion"]["counts"]
    assert turned["counts"] == [list(column) for column in zip(*counts, strict=True)]
    assert ada.get(f"{review(queue, 'standing')}?raters=7000,1").json()["errors"][0]["field"] == "raters"


def test_a_sample_that_nobody_worked_on_is_forgotten(bob: CheckedClient, queue: ReviewQueue) -> None:
    address = review(queue, "sample")
    bob.post(address, {"n": 3, "seed": 1}, format="json")
    assert bob.delete(address).json()["counts"]["sample"] == 0
    bob.post(address, {"n": 1, "seed": 1}, format="json")
    drawn = ReviewItem.objects.exclude(inclusion_probability=None).get()
    bob.post(f"{API}/disagreements/{drawn.pk}/grades", {"grade": 1}, format="json")
    refused = bob.delete(address)
    assert refused.status_code == 400
    assert "the sample stays" in refused.json()["detail"]
