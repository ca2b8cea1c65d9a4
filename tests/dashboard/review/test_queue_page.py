"""The pairs of a review on a page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from evalhub.models import Campaign, HumanGrade, Job, RaterVersion, ReviewItem, ReviewQueue, System
from evalhub.services.review.queues import review_queue_open
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs
from tests.dashboard.markup import tables, text
from tests.people import person
from tests.pipeline.review_campaign import NOW, filled, make_review_campaign

MaxQueries = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def queue(db: None) -> ReviewQueue:
    return filled(make_review_campaign())


def address_of(queue: ReviewQueue, question: str = "") -> str:
    return f"/campaigns/{queue.campaign_id}/review/?{question}"


def pairs(client: Client, queue: ReviewQueue, question: str = "") -> list[str]:
    """The document of each pair, in order."""
    answer = client.get(address_of(queue, question))
    assert answer.status_code == 200
    return [pair.item.document.doc_id for pair in answer.context["pairs"]]


def key_of(rater: str) -> int:
    return RaterVersion.objects.get(rater__name=rater).pk


def test_pairs_come_by_what_a_label_could_change(signed_in: Client, queue: ReviewQueue) -> None:
    assert pairs(signed_in, queue) == ["d1", "d3", "d2"]
    assert pairs(signed_in, queue, "order=gap") == ["d1", "d2", "d3"]
    page = text(signed_in.get(address_of(queue)))
    # 1 / 1.63 / 2, 0.5 * 0.63 / 1.63 / 2, and (1 - 0.63) / 1.63 / 2 / 3
    for influence in ("A − B by up to 0.31", "A − B by up to 0.097", "A − B by up to 0.038"):
        assert influence in page
    assert "2 unsettled pairs could change a result" in page


def test_filters_are_in_the_address(signed_in: Client, queue: ReviewQueue) -> None:
    judge, second = key_of("judge"), key_of("second")
    a = System.objects.get(name="A").pk
    assert pairs(signed_in, queue, f"raters={judge},{second}") == ["d1"]
    assert pairs(signed_in, queue, f"raters={judge},0") == ["d2"]
    assert pairs(signed_in, queue, f"raters={judge},{second}&grades=0,0") == ["d2"]
    assert pairs(signed_in, queue, "tag=short") == ["d1", "d3", "d2"]
    assert pairs(signed_in, queue, "tag=long") == []
    assert pairs(signed_in, queue, f"system={a}") == ["d1", "d2"]
    assert pairs(signed_in, queue, "state=settled") == ["d2"]


def test_the_form_leads_to_an_address_with_both_raters(signed_in: Client, queue: ReviewQueue) -> None:
    answer = signed_in.get(address_of(queue, "order=gap&rater=3&other=0&tag=&state=open"))
    assert answer.status_code == 302
    assert answer["Location"] == f"/campaigns/{queue.campaign_id}/review/?order=gap&state=open&raters=3%2C0"
    kept = "rater=3&other=0&raters=3,0&grades=0,1"
    assert signed_in.get(address_of(queue, kept))["Location"].endswith("?raters=3%2C0&grades=0%2C1")
    left = "rater=3&other=1&raters=3,0&grades=0,1"
    assert signed_in.get(address_of(queue, left))["Location"].endswith("?raters=3%2C1")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("raters=1", "raters"),
        ("raters=999,0", "raters"),
        ("raters=0,0", "raters"),
        ("system=999", "system"),
        ("order=best", "order"),
        ("state=unheard", "state"),
        ("raters=²,1", "raters"),
        (f"raters={'9' * 5000},1", "raters"),
    ],
)
def test_a_filter_that_names_nothing_is_passed_over_and_said(
    signed_in: Client, queue: ReviewQueue, question: str, field: str
) -> None:
    answer = signed_in.get(address_of(queue, question))
    assert len(answer.context["pairs"]) == 3
    assert f"The filter {field} is passed over" in text(answer)


def test_a_blind_review_shows_that_graders_differ_but_not_what_they_said(
    signed_in: Client, queue: ReviewQueue
) -> None:
    def said() -> dict[str, Any]:
        shown = signed_in.get(address_of(queue)).context["pairs"]
        return {
            pair.item.document.doc_id: pair.said and [(one.grader, one.grade) for one in pair.said]
            for pair in shown
        }

    settled = [("judge", 0), ("second", 0), ("gold labels", 1)]
    assert said() == {"d1": None, "d3": None, "d2": settled}
    assert "differ by 1.000" in text(signed_in.get(address_of(queue)))
    d1 = queue.items.get(document__doc_id="d1")
    HumanGrade.objects.create(
        collection=queue.campaign.collection,
        query_id="q1",
        doc_id="d1",
        item=d1,
        reviewer=User.objects.get(username="ada"),
        reviewer_name="ada",
        grade=2,
        max_grade=3,
        screen="review",
        selection="hand-picked",
        graded_at=NOW,
    )
    assert said()["d1"] == [("judge", 3), ("second", 0)]
    HumanGrade.objects.update(withdrawn_at=NOW)
    assert said()["d1"] is None
    HumanGrade.objects.update(withdrawn_at=None, reviewer=person("other"))
    assert said()["d1"] is None
    ReviewQueue.objects.update(is_blind=False)
    assert said()["d1"] == [("judge", 3), ("second", 0)]
    assert said()["d3"] == [("second", 1)]


def test_the_matrix_counts_the_pairs_that_its_cells_lead_to(signed_in: Client, queue: ReviewQueue) -> None:
    judge, second = key_of("judge"), key_of("second")
    answer = signed_in.get(address_of(queue, f"raters={judge},{second}"))
    matrix = answer.context["matrix"]
    counts = {cell.grades: cell.count for _, cells in matrix.lines for cell in cells if cell.count}
    assert counts == {"0,0": 1, "3,0": 1}
    assert len(matrix.columns) == len(matrix.lines) == 4
    for grades, count in counts.items():
        assert len(pairs(signed_in, queue, f"raters={judge},{second}&grades={grades}")) == count
    assert f"raters={judge}%2C{second}&amp;grades=3%2C0" in answer.content.decode()
    only_open = signed_in.get(address_of(queue, f"raters={judge},{second}&state=open")).context["matrix"]
    assert only_open.n_pairs == 1


def test_the_usual_matrix_is_of_the_first_rater_and_gold(signed_in: Client, queue: ReviewQueue) -> None:
    matrix = signed_in.get(address_of(queue)).context["matrix"]
    assert (matrix.first, matrix.second, matrix.n_pairs) == ("judge", "gold labels", 1)


def test_a_sample_is_drawn_shown_and_forgotten(signed_in: Client, queue: ReviewQueue) -> None:
    base = f"/campaigns/{queue.campaign_id}/review"
    answer = signed_in.post(f"{base}/sample", {"n": "1"})
    assert answer["Location"] == f"{base}/?order=random&sample=1"
    shown = signed_in.get(answer["Location"])
    assert len(shown.context["pairs"]) == 1
    assert "1 of 2 open pairs" in text(shown)
    assert "drawn with 50.0%" in text(shown)
    assert f'action="{base}/sample/undo"' in shown.content.decode()
    signed_in.post(f"{base}/sample/undo")
    assert not ReviewItem.objects.exclude(inclusion_probability=None).exists()


def test_a_sample_that_does_not_fit_is_said(signed_in: Client, queue: ReviewQueue) -> None:
    answer = signed_in.post(f"/campaigns/{queue.campaign_id}/review/sample", {"n": "3"}, follow=True)
    assert "3 pairs can not be drawn from 2 open ones" in text(answer)


def test_settings_are_kept_or_refused_by_name(signed_in: Client, queue: ReviewQueue) -> None:
    given = {"guidelines": HOSTILE, "overlap_percent": "50", "hold_minutes": "2.5"}
    signed_in.post(f"/campaigns/{queue.campaign_id}/review/settings", given)
    queue.refresh_from_db()
    assert (queue.guidelines, queue.is_blind, queue.overlap_share, queue.hold_s) == (HOSTILE, False, 0.5, 150)
    assert HOSTILE not in signed_in.get(address_of(queue)).content.decode()
    for changed, says in (
        ({"overlap_percent": "many"}, "no number of percent"),
        ({"overlap_percent": "101"}, "is no share"),
        ({"hold_minutes": "1e999"}, "no number of minutes"),
        ({"hold_minutes": "0"}, "can not be held"),
        ({"hold_minutes": "1e308"}, "can not be held"),
    ):
        answer = signed_in.post(
            f"/campaigns/{queue.campaign_id}/review/settings", given | changed, follow=True
        )
        assert says in text(answer)


def test_without_a_review_the_page_teaches_and_opens_one(signed_in: Client) -> None:
    campaign = make_review_campaign()
    answer = signed_in.get(f"/campaigns/{campaign.pk}/review/")
    assert "can be held against each other" in text(answer)
    signed_in.post(f"/campaigns/{campaign.pk}/review/open")
    waiting = signed_in.get(f"/campaigns/{campaign.pk}/review/", headers={"HX-Request": "true"})
    assert waiting.status_code == 200
    assert "Collecting the pairs" in text(waiting)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    filled(campaign)
    full = signed_in.get(f"/campaigns/{campaign.pk}/review/", headers={"HX-Request": "true"})
    assert full.status_code == 286
    assert "hx-trigger" not in full.content.decode()


def test_a_campaign_that_is_not_done_is_waited_for(signed_in: Client) -> None:
    campaign = make_review_campaign()
    Campaign.objects.update(state=Campaign.State.RUNNING)
    page = text(signed_in.get(f"/campaigns/{campaign.pk}/review/"))
    assert "can be reviewed once it is done" in page
    answer = signed_in.post(f"/campaigns/{campaign.pk}/review/open", follow=True)
    assert "reviewed once it is done" in text(answer)


def test_a_collection_that_failed_says_why_and_goes_on(signed_in: Client) -> None:
    queue = review_queue_open(make_review_campaign(), now=NOW)
    Job.objects.filter(pk=queue.job_id).update(state=Job.State.FAILED, error="the disk is full")
    assert "the disk is full" in text(signed_in.get(address_of(queue)))
    signed_in.post(f"/campaigns/{queue.campaign_id}/review/open")
    assert Job.objects.get(pk=queue.job_id).state == Job.State.WAITING


def test_settled_pairs_lead_to_agreement_training_and_the_next_score(
    signed_in: Client, queue: ReviewQueue
) -> None:
    page = signed_in.get(address_of(queue)).content.decode()
    assert "What the 1 settled pair can do now" in page
    collection, version = queue.campaign.collection_id, RaterVersion.objects.get(rater__name="judge")
    assert f'href="/agreement/{collection}/"' in page
    assert f"/raters/{version.rater_id}/versions/{version.number}/next/?queries={collection}" in page
    assert f'href="/campaigns/new/?from={queue.campaign_id}"' in page


def test_hostile_texts_are_inert(signed_in: Client, campaign: Campaign) -> None:
    queue = filled(campaign)
    System.objects.filter(name="production").update(name=HOSTILE)
    page = signed_in.get(address_of(queue)).content.decode()
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_the_page_takes_twelve_queries_whatever_is_chosen(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    queue = filled(make_campaign(inputs))
    judge, (a, b) = key_of("judge"), [system.pk for system in inputs.systems[:2]]
    for question in (
        "",
        f"order=gap&raters={judge},0&grades=1,2&tag=howto&system={a}&against={b}&state=open",
    ):
        with django_assert_max_num_queries(12):
            assert signed_in.get(address_of(queue, question)).status_code == 200


def test_a_long_list_comes_in_pages_that_miss_nothing(signed_in: Client, queue: ReviewQueue) -> None:
    item = queue.items.get(document__doc_id="d1")
    document, pks = item.document, set(queue.items.values_list("pk", flat=True))
    for at in range(110):
        document.pk, document.doc_id = None, f"more{at}"
        document.save()
        item.pk, item.document = None, document
        item.save()
        pks.add(item.pk)
    seen = []
    for page in (1, 2, 3):
        shown = signed_in.get(address_of(queue, f"page={page}")).context["pairs"]
        seen += [pair.item.pk for pair in shown]
    assert len(seen) == 113
    assert set(seen) == pks


def test_the_table_is_read_as_a_table(signed_in: Client, queue: ReviewQueue) -> None:
    lines = tables(signed_in.get(address_of(queue)), "")
    assert any("q1 · d1" in cell for table in lines for line in table for cell in line)


def test_the_campaign_leads_to_its_review_with_how_much_there_is(
    signed_in: Client, queue: ReviewQueue
) -> None:
    page = signed_in.get(f"/campaigns/{queue.campaign_id}/").content.decode()
    assert f'href="/campaigns/{queue.campaign_id}/review/">Review <span class="count">2<' in page
    queue.items.update(influence=0)
    assert '<span class="count">' not in signed_in.get(f"/campaigns/{queue.campaign_id}/").content.decode()
