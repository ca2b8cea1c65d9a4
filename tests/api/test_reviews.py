"""Reviews by REST, with the rules of the page."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from evalhub.models import HumanGrade, Job, RaterVersion, ReviewItem, ReviewQueue, System, Workspace
from tests.api.conftest import API, Json
from tests.api.schema_check import CheckedClient
from tests.pipeline.review_campaign import NOW, filled, make_review_campaign


@pytest.fixture
def queue(workspace: Workspace) -> ReviewQueue:
    return filled(make_review_campaign())


def listed(api: CheckedClient, queue: ReviewQueue, question: str = "") -> list[Json]:
    answer = api.get(f"{API}/disagreements?campaign={queue.campaign_id}&{question}")
    assert answer.status_code == 200, answer.content
    rows: list[Json] = answer.json()["results"]
    return rows


def documents(rows: list[Json]) -> list[str]:
    return [row["doc_id"] for row in rows]


def key_of(rater: str) -> int:
    return RaterVersion.objects.get(rater__name=rater).pk


def test_pairs_come_as_on_the_page(api: CheckedClient, queue: ReviewQueue) -> None:
    rows = listed(api, queue)
    assert documents(rows) == ["d1", "d3", "d2"]
    first = rows[0]
    assert first["influence"] == pytest.approx(1 / 1.6309298 / 2, abs=1e-7)
    assert (first["gap"], first["state"], first["grade"], first["query_id"]) == (1.0, "open", None, "q1")
    judge, second, a = key_of("judge"), key_of("second"), System.objects.get(name="A").pk
    assert documents(listed(api, queue, "order=gap")) == ["d1", "d2", "d3"]
    assert documents(listed(api, queue, f"raters={judge},0")) == ["d2"]
    assert documents(listed(api, queue, f"raters={judge},{second}&grades=0,0")) == ["d2"]
    assert documents(listed(api, queue, f"system={a}&tag=short&state=settled")) == ["d2"]


def test_without_a_campaign_it_is_the_newest_review(api: CheckedClient, queue: ReviewQueue) -> None:
    assert documents(api.get(f"{API}/disagreements").json()["results"]) == ["d1", "d3", "d2"]


def test_blind_means_blind_by_rest_too(
    workspace: Workspace, client_of: Callable[..., CheckedClient], queue: ReviewQueue
) -> None:
    reviewer = client_of(workspace, "review")
    assert [row["grades"] is None for row in listed(reviewer, queue)] == [True, True, False]
    item = queue.items.get(document__doc_id="d1")
    assert reviewer.get(f"{API}/disagreements/{item.pk}").json()["grades"] is None
    HumanGrade.objects.create(
        collection=queue.campaign.collection,
        query_id="q1",
        doc_id="d1",
        item=item,
        reviewer=User.objects.get(username="review-of-default"),
        reviewer_name="r",
        grade=2,
        max_grade=3,
        screen="api",
        selection="hand-picked",
        graded_at=NOW,
    )
    said = reviewer.get(f"{API}/disagreements/{item.pk}").json()["grades"]
    assert [(one["grader"], one["grade"]) for one in said] == [("judge", 3), ("second", 0)]
    other = client_of(workspace, "run")
    assert other.get(f"{API}/disagreements/{item.pk}").json()["grades"] is None


def test_a_pair_with_its_texts_and_places(api: CheckedClient, queue: ReviewQueue) -> None:
    item = queue.items.get(document__doc_id="d2")
    shown = api.get(f"{API}/disagreements/{item.pk}").json()
    assert (shown["query"], shown["text"], shown["campaign"]) == ("q1", "d2", queue.campaign_id)
    assert {(place["system"], place["rank"]) for place in shown["places"]} == {("A", 2), ("B", 1)}
    assert shown["grades"][-1] == {
        "key": 0,
        "grader": "gold labels",
        "grade": 1,
        "gain": pytest.approx(1 / 3),
    }


@pytest.mark.parametrize("order", ["influence", "gap", "query", "random"])
def test_pages_miss_nothing_forwards_and_backwards(
    api: CheckedClient, queue: ReviewQueue, order: str
) -> None:
    item = queue.items.get(document__doc_id="d1")
    document = item.document
    for at in range(40):
        document.pk, document.doc_id = None, f"more{at}"
        document.save()
        item.pk, item.document = None, document
        item.gap, item.influence = (None, 0.0) if at % 3 else (0.5, 0.1)
        item.tie_break = at // 2  # ties that only the key tells apart
        item.save()
    whole = [row["id"] for row in listed(api, queue, f"order={order}&page_size=100")]
    assert len(set(whole)) == 43
    found: list[int] = []
    address = f"{API}/disagreements?campaign={queue.campaign_id}&order={order}&page_size=9"
    while True:
        page = api.get(address).json()
        found += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        address = page["next"]
    assert found == whole
    back = [row["id"] for row in page["results"]]
    while page["previous"]:
        page = api.get(page["previous"]).json()
        back = [row["id"] for row in page["results"]] + back
    assert back == whole


def made_up(*row: object) -> str:
    """A cursor that was written by hand."""
    return urlsafe_b64encode(json.dumps(row).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *(
            made_up(False, where, 1, 1)
            for where in ("abc", float("nan"), float("inf"), "\ud800", "\0", 10**400)
        ),
        "x",
        "²",
        urlsafe_b64encode(json.dumps([0, {}, 1, 1]).encode()).decode(),
        "W10",
        "WzEsMCwtMSwxXQ",
    ],
)
def test_a_cursor_that_was_not_made_here_is_refused(
    api: CheckedClient, queue: ReviewQueue, cursor: str
) -> None:
    answer = api.get(f"{API}/disagreements", {"campaign": queue.campaign_id, "cursor": cursor})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"raters": "1"}, "raters"),
        ({"system": "999"}, "system"),
        ({"order": "best"}, "order"),
        ({"campaign": "999"}, "campaign"),
        ({"campaign": str(10**30)}, "campaign"),
        ({"rater": "1"}, "rater"),
    ],
)
def test_a_filter_that_names_nothing_is_refused_by_name(
    api: CheckedClient, queue: ReviewQueue, question: dict[str, str], field: str
) -> None:
    answer = api.get(f"{API}/disagreements", question)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_review_is_opened_shown_and_changed(api: CheckedClient, workspace: Workspace) -> None:
    campaign = make_review_campaign()
    address = f"{API}/campaigns/{campaign.pk}/review"
    assert api.get(address).status_code == 404
    opened = api.post(address)
    assert opened.status_code == 202
    assert opened.json()["job"]["state"] == Job.State.WAITING
    filled(campaign)
    assert api.post(address).status_code == 200
    shown = api.get(address).json()
    assert shown["counts"] == {
        "pairs": 3,
        "states": {"open": 2, "settled": 1, "differ": 0, "unclear": 0},
        "disagreements": 2,
        "sample": 0,
        "sample_open": 0,
    }
    assert [row["name"] for row in shown["graders"]] == ["judge", "second", "gold labels"]
    assert shown["graders"][-1]["key"] == 0
    changed = api.patch(address, {"guidelines": "3 is perfect", "is_blind": False}, format="json").json()
    assert (changed["guidelines"], changed["is_blind"], changed["hold_s"]) == ("3 is perfect", False, 900)
    job = api.get(f"{API}/jobs/{opened.json()['job']['id']}").json()
    assert (job["kind"], job["state"]) == ("review", "done")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"overlap_share": 2}, "overlap_share"), ({"hold_s": 1}, "hold_s"), ({"blind": True}, "blind")],
)
def test_settings_out_of_range_are_refused_by_name(
    api: CheckedClient, queue: ReviewQueue, body: dict[str, Any], field: str
) -> None:
    answer = api.patch(f"{API}/campaigns/{queue.campaign_id}/review", body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_sample_is_drawn_once_unless_it_is_to_grow(api: CheckedClient, queue: ReviewQueue) -> None:
    address = f"{API}/campaigns/{queue.campaign_id}/review/sample"
    drawn = api.post(address, {"n": 1, "seed": 7}, format="json")
    assert drawn.status_code == 201
    assert drawn.json() == {"n": 1, "n_population": 2, "inclusion_probability": 0.5}
    again = api.post(address, {"n": 1, "seed": 7}, format="json")
    assert again.status_code == 400
    assert again.json()["errors"][0]["field"] == "extend"
    assert ReviewItem.objects.exclude(inclusion_probability=None).count() == 1
    more = api.post(address, {"n": 1, "seed": 8, "extend": True}, format="json")
    assert more.json()["inclusion_probability"] == 1.0
    too_many = api.post(address, {"n": 1, "seed": 9, "extend": True}, format="json")
    assert too_many.json()["errors"][0]["field"] == "n"
    assert [row["inclusion_probability"] for row in listed(api, queue, "sample=1")] == [1.0, 1.0]
