"""The review screen as a server answers it: forms, fragments for scripts, and what stays hidden."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from evalhub.models import Campaign, HumanGrade, ReviewItem, ReviewQueue, ReviewTurn
from evalhub.selectors.review.chosen import Chosen, chosen_items
from evalhub.services.review.grades import Said, grade_give
from evalhub.services.review.turns import turns_take
from tests.dashboard.inputs import HOSTILE
from tests.people import person
from tests.review_rows import make_queue

FRAGMENT: dict[str, str] = {"HX-Request": "true"}


@pytest.fixture
def queue(campaign: Campaign) -> ReviewQueue:
    return make_queue(campaign, guidelines=f"Grade what you read. {HOSTILE}")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


def order(queue: ReviewQueue) -> list[ReviewItem]:
    return list(chosen_items(queue, Chosen()))


def at(queue: ReviewQueue, rest: str) -> str:
    return f"/campaigns/{queue.campaign_id}/review/{rest}"


def grade(client: Client, item: ReviewItem, value: object, **more: Any) -> Any:
    headers = more.pop("headers", {})
    address = at(item.queue, f"items/{item.pk}/grade")
    return client.post(address, {"grade": value, **more}, headers=headers)


def items_in(answer: Any) -> list[int]:
    return [
        int(key) for key in re.findall(r'<article class="pair" data-item="(\d+)"', answer.content.decode())
    ]


def test_the_pair_in_hand_comes_with_the_next_ones_hidden(signed_in: Client, queue: ReviewQueue) -> None:
    answer = signed_in.get(at(queue, "pair/"))
    page = answer.content.decode()
    assert items_in(answer) == [item.pk for item in order(queue)[:4]]
    assert page.count(' hidden>\n  <div class="asked">') + page.count("hidden>\n  \n") >= 1
    assert "irrelevant" not in page  # the raters of these tests have no rubric: grades have numbers alone
    assert "grade 3" in page
    assert "<script>alert" not in page
    assert "Grade what you read." in page
    assert ReviewTurn.objects.filter(reviewer__username="ada", state="held").count() == 4


def test_without_scripts_a_form_grades_and_the_next_pair_comes(signed_in: Client, queue: ReviewQueue) -> None:
    first, second = order(queue)[:2]
    signed_in.get(at(queue, "pair/"))
    answer = grade(signed_in, first, 2, comment=" on page 3 ", key="k")
    assert answer.status_code == 302
    page = signed_in.get(answer["Location"])
    assert items_in(page)[0] == second.pk
    assert "is graded 2." in page.content.decode()
    given = HumanGrade.objects.get()
    assert (given.grade, given.comment, given.key) == (2, "on page 3", "k")
    undone = signed_in.post(at(queue, "undo"))
    assert items_in(signed_in.get(undone["Location"]))[0] == first.pk
    assert ReviewItem.objects.get(pk=first.pk).state == "open"


def test_a_filter_of_the_address_stays(signed_in: Client, queue: ReviewQueue) -> None:
    answer = signed_in.get(at(queue, "pair/?order=query&state=open&tag=howto"))
    first = ReviewItem.objects.get(pk=items_in(answer)[0])
    assert first.query.query_id == "q00"
    moved = signed_in.post(at(queue, f"items/{first.pk}/pass?order=query&tag=howto"), {"how": "later"})
    assert moved["Location"].endswith("/review/pair/?order=query&tag=howto")


def test_what_raters_said_is_hidden_until_one_has_graded(signed_in: Client, queue: ReviewQueue) -> None:
    item = order(queue)[3]
    assert item.machine_grades.count() == 2
    page = signed_in.get(at(queue, "pair/")).content.decode()
    history = signed_in.get(at(queue, f"items/{item.pk}/")).content.decode()
    for secret in (">judge<", "It says", "who-said"):
        assert secret not in page
        assert secret not in history
    shown = grade(signed_in, item, 1, key="k", headers=FRAGMENT).content.decode()
    assert ">judge<" in shown
    assert "It says" in shown
    assert "<script>alert" not in shown
    assert "Settling it can move" in shown
    assert ">judge<" in signed_in.get(at(queue, f"items/{item.pk}/")).content.decode()


def test_a_queue_that_is_not_blind_shows_them_at_once(signed_in: Client, queue: ReviewQueue) -> None:
    ReviewQueue.objects.update(is_blind=False)
    assert "It says" in signed_in.get(at(queue, "pair/")).content.decode()


def test_a_refusal_says_why(signed_in: Client, queue: ReviewQueue) -> None:
    item = order(queue)[0]
    for value, word in ((9, "not offered"), ("x", "is no grade"), ("", "Say why")):
        answer = grade(signed_in, item, value, headers=FRAGMENT)
        assert answer.status_code == 400
        assert word in answer.content.decode()
    assert "not offered" in signed_in.get(grade(signed_in, item, 9)["Location"]).content.decode()
    assert signed_in.post(at(queue, "undo"), headers=FRAGMENT).status_code == 409


def test_the_next_pairs_leave_out_what_one_has(signed_in: Client, queue: ReviewQueue) -> None:
    items = order(queue)
    having = ",".join(str(item.pk) for item in items[:4])
    answer = signed_in.post(at(queue, "pair/next"), {"n": 2, "having": having}, headers=FRAGMENT)
    assert items_in(answer) == [item.pk for item in items[4:6]]


def test_the_end_says_what_happened_and_what_next(signed_in: Client, queue: ReviewQueue, bob: User) -> None:
    ada = User.objects.get(username="ada")
    items = order(queue)
    ReviewItem.objects.filter(pk__in=[item.pk for item in items[4:]]).delete()
    grade_give(items[0], ada, Said(1), now=timezone.now())
    grade_give(items[0], bob, Said(2), now=timezone.now())
    grade_give(items[1], ada, Said(None, "in Greek"), now=timezone.now())
    signed_in.post(at(queue, f"items/{items[2].pk}/pass"), {"how": "skipped"})
    turns_take(queue, bob, Chosen(order="random"), 2, now=timezone.now())
    page = re.sub(r"\s+", " ", signed_in.get(at(queue, "pair/")).content.decode())
    assert "Nothing is free right now" in page
    assert (
        "0 of 4 pairs are settled; you answered 2 and skipped 1 that waits for others. 1 is with other"
        in page
    )
    assert "Adjudicate 1 pair</a>" in page
    assert f"/campaigns/new/?from={queue.campaign_id}" in page
    assert f'href="/agreement/{queue.campaign.collection_id}/"' in page


def test_the_end_leads_to_the_next_version_of_each_rater(signed_in: Client, queue: ReviewQueue) -> None:
    page = signed_in.get(at(queue, "pair/?state=open&tag=nobody-has-it")).content.decode()
    raters = [row for row in queue.campaign.campaign_raters.all() if row.rater_version.kind != "gold"]
    assert raters
    for row in raters:
        version = row.rater_version
        assert (
            f"/raters/{version.rater_id}/versions/{version.number}/next/?queries={queue.campaign.collection_id}"
            in page
        )
    assert page.count("Train the next version of") == len(raters)


def test_a_named_pair_comes_first_and_a_settled_one_shows_its_history(
    signed_in: Client, queue: ReviewQueue, bob: User
) -> None:
    items = order(queue)
    assert items_in(signed_in.get(at(queue, f"pair/?item={items[9].pk}")))[0] == items[9].pk
    grade_give(items[5], bob, Said(1), now=timezone.now())
    answer = signed_in.get(at(queue, f"pair/?item={items[5].pk}"))
    assert answer["Location"] == at(queue, f"items/{items[5].pk}/")


def test_few_queries_however_many_pairs(
    signed_in: Client, queue: ReviewQueue, bob: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    items = order(queue)
    for item in items[:6]:
        for user, value in ((User.objects.get(username="ada"), 1), (bob, item.pk % 4)):
            grade_give(item, user, Said(value), now=timezone.now())
    for address in ("pair/", "differ/", "people/", f"items/{items[0].pk}/"):
        with django_assert_max_num_queries(12):
            assert signed_in.get(at(queue, address)).status_code == 200


def test_adjudication_by_form_with_undo(signed_in: Client, queue: ReviewQueue, bob: User) -> None:
    ada, (one, two) = User.objects.get(username="ada"), order(queue)[:2]
    for item in (one, two):
        grade_give(item, ada, Said(0, comment=f"no {HOSTILE}"), now=timezone.now())
        grade_give(item, bob, Said(3), now=timezone.now())
    page = signed_in.get(at(queue, "differ/")).content.decode()
    assert "1 of 2" in page
    assert "bob" in page
    assert "<script>alert" not in page
    address = at(queue, f"items/{one.pk}/settle")
    refused = signed_in.post(address, {"grade": 3, "reason": ""})
    assert "Say why" in signed_in.get(refused["Location"]).content.decode()
    settled = signed_in.post(address, {"grade": 3, "reason": "read the title", "following": two.pk})
    assert settled["Location"].endswith(f"differ/?item={two.pk}")
    page = signed_in.get(settled["Location"]).content.decode()
    assert "is settled at 3." in page
    assert "1 of 1" in page
    history = re.sub(r"\s+", " ", signed_in.get(at(queue, f"items/{one.pk}/")).content.decode())
    assert "overruled by <bdi>ada</bdi>: <bdi>read the title</bdi>" in history
    signed_in.post(at(queue, f"items/{one.pk}/unsettle"))
    assert ReviewItem.objects.get(pk=one.pk).state == "differ"


def test_people_and_their_shares(signed_in: Client, queue: ReviewQueue, bob: User) -> None:
    ada, items = User.objects.get(username="ada"), order(queue)
    for number, item in enumerate(items[:4]):
        grade_give(item, ada, Said(1), now=timezone.now())
        if number < 3:
            grade_give(item, bob, Said(1 if number else 2), now=timezone.now())
    page = re.sub(r"\s+", " ", signed_in.get(at(queue, "people/")).content.decode())
    assert page.count('66.6% <span class="muted">of 3</span>') == 2
    answer = signed_in.post(at(queue, "people/assign"), {"user": bob.pk, "n": 5})
    assert "5 pairs are for bob alone" in signed_in.get(answer["Location"]).content.decode()
    assert ReviewTurn.objects.filter(reviewer=bob, is_assigned=True).count() == 5
    answer = signed_in.post(at(queue, "people/unassign"), {"user": bob.pk})
    assert "5 pairs of bob are for everybody again" in signed_in.get(answer["Location"]).content.decode()
    assert signed_in.post(at(queue, "people/assign"), {"user": 10**9, "n": 5}).status_code == 404
