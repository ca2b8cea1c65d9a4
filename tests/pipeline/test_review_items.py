"""What a review queue is filled with, by hand."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from evalhub.models import (
    Campaign,
    CampaignRater,
    GoldLabel,
    HumanGrade,
    ItemGrade,
    ItemPlace,
    Job,
    Rater,
    RaterVersion,
    ReviewItem,
    ReviewQueue,
    ReviewTurn,
    Workspace,
)
from evalhub.selectors.review.chosen import GOLD, Chosen, chosen_items
from evalhub.services.review.queues import review_queue_configure, review_queue_open
from tests.pipeline.conftest import Broker
from tests.pipeline.review_campaign import fill, filled, make_review_campaign

pytestmark = pytest.mark.django_db

# log2 weights 1 and 1/log2(3), their sum 1.6309298, two queries.
FIRST, SECOND = 1 / 1.6309298 / 2, 0.6309298 / 1.6309298 / 2


def item_of(queue: ReviewQueue, doc_id: str) -> ReviewItem:
    return queue.items.get(document__doc_id=doc_id)


def rows_of(queue: ReviewQueue) -> list[tuple[object, ...]]:
    names = [field.attname for field in ReviewItem._meta.concrete_fields]
    grades = ItemGrade.objects.filter(item__queue=queue).order_by("pk")
    places = ItemPlace.objects.filter(item__queue=queue).order_by("pk")
    return [
        *queue.items.order_by("pk").values_list(*names),
        *grades.values_list("pk", "item", "rater_version", "grade", "gain"),
        *places.values_list("pk", "item", "system", "rank", "weight"),
    ]


def test_every_pooled_pair_is_there_with_what_a_label_would_change() -> None:
    queue = filled(make_review_campaign())
    assert queue.max_grade == 3
    found = {item.document.doc_id: item for item in queue.items.all()}
    assert sorted(found) == ["d1", "d2", "d3"]
    # d1: first in A, not in B; grades 3 and 0.
    assert found["d1"].swing == pytest.approx(FIRST, abs=1e-7)
    assert (found["d1"].gap, found["d1"].state) == (1.0, "open")
    assert found["d1"].influence == pytest.approx(FIRST, abs=1e-7)
    # d2: second in A, first in B; both raters say 0, gold says 1 of 3.
    assert found["d2"].swing == pytest.approx(FIRST - SECOND, abs=1e-7)
    assert found["d2"].gap == pytest.approx(1 / 3)
    assert found["d2"].influence == pytest.approx((FIRST - SECOND) / 3, abs=1e-7)
    # d3: second in B, not in A; one grader, torn between two of four grades: ln 2 / ln 4.
    assert found["d3"].gap is None
    assert found["d3"].uncertainty == pytest.approx(0.5)
    assert found["d3"].influence == pytest.approx(SECOND / 2, abs=1e-7)


def test_what_each_grader_said_is_kept_with_gold_under_no_rater() -> None:
    queue = filled(make_review_campaign())
    said = item_of(queue, "d2").machine_grades.order_by("rater_version")
    assert {(row.rater_version and row.rater_version.rater.name, row.grade) for row in said} == {
        ("judge", 0),
        ("second", 0),
        (None, 1),
    }
    assert [row.rank for row in item_of(queue, "d2").places.order_by("system")] == [2, 1]
    assert item_of(queue, "d3").machine_grades.get().grade == 1


def test_a_pair_with_a_gold_label_is_settled_and_still_a_disagreement_with_gold() -> None:
    queue = filled(make_review_campaign())
    assert (item_of(queue, "d2").state, item_of(queue, "d2").grade) == ("settled", 1)
    judge = RaterVersion.objects.get(rater__name="judge").pk
    listed = chosen_items(queue, Chosen(raters=(judge, GOLD)))
    assert [item.document.doc_id for item in listed] == ["d2"]
    still_open = chosen_items(queue, Chosen(state="open"))
    assert [item.document.doc_id for item in still_open] == ["d1", "d3"]


def test_a_label_given_since_the_campaign_settles_the_pair_but_is_not_what_gold_said_then() -> None:
    campaign = make_review_campaign()
    GoldLabel.objects.create(collection=campaign.collection, query_id="q1", doc_id="d1", grade=2, added_in=2)
    queue = filled(campaign)
    assert (item_of(queue, "d1").state, item_of(queue, "d1").grade) == ("settled", 2)
    assert not item_of(queue, "d1").machine_grades.filter(rater_version=None).exists()


def test_a_second_delivery_changes_nothing_even_of_what_people_worked_on() -> None:
    queue = filled(make_review_campaign())
    ada = User.objects.create(username="ada")
    ReviewTurn.objects.create(
        item=item_of(queue, "d1"), reviewer=ada, state="graded", changed_at=timezone.now()
    )
    ReviewItem.objects.filter(pk=item_of(queue, "d1").pk).update(state="settled", grade=2)
    before = rows_of(queue)
    fill(queue)
    assert rows_of(queue) == before


def test_a_delivery_that_died_between_batches_is_completed() -> None:
    queue = filled(make_review_campaign())
    before = {row.document.doc_id: (row.tie_break, row.influence) for row in queue.items.all()}
    item_of(queue, "d3").delete()
    fill(queue)
    assert {row.document.doc_id: (row.tie_break, row.influence) for row in queue.items.all()} == before
    assert item_of(queue, "d3").places.count() == 1


def test_with_one_system_the_swing_is_that_of_its_score() -> None:
    queue = filled(make_review_campaign(systems="A"))
    assert [item.swing for item in queue.items.order_by("document")] == pytest.approx(
        [FIRST, SECOND], abs=1e-7
    )


def test_a_panel_is_no_grader_of_its_own() -> None:
    campaign = make_review_campaign()
    members = RaterVersion.objects.order_by("pk")
    panel = RaterVersion.objects.create(
        workspace=campaign.workspace,
        rater=Rater.objects.create(workspace=campaign.workspace, name="panel"),
        number=1,
        kind="panel",
        model="",
        max_grade=3,
        spec={"members": {version.rater.name: version.digest for version in members}},
        digest="sha256:panel",
    )
    CampaignRater.objects.create(campaign=campaign, rater_version=panel, name="panel", position=2)
    campaign.campaign_raters.exclude(rater_version=panel).delete()
    queue = filled(campaign)
    versions = set(ItemGrade.objects.filter(item__queue=queue).values_list("rater_version__rater__name"))
    assert versions == {("judge",), ("second",), (None,)}


def test_tie_breaks_come_from_the_seed() -> None:
    queue = filled(make_review_campaign())
    first = list(queue.items.order_by("document").values_list("tie_break", flat=True))
    queue.items.all().delete()
    fill(queue)
    assert list(queue.items.order_by("document").values_list("tie_break", flat=True)) == first
    queue.items.all().delete()
    ReviewQueue.objects.update(seed=7)
    fill(queue)
    assert list(queue.items.order_by("document").values_list("tie_break", flat=True)) != first


def test_an_overlap_chosen_before_the_queue_is_full_holds() -> None:
    campaign = make_review_campaign()
    queue = review_queue_open(campaign, now=timezone.now())
    review_queue_configure(queue, overlap_share=1.0)
    fill(queue)
    # d2 has a gold label: nobody is asked.
    assert {item.document.doc_id: item.n_wanted for item in queue.items.all()} == {"d1": 2, "d2": 1, "d3": 2}


@pytest.mark.django_db(transaction=True)
def test_real_messages_fill_the_queue(workspace: Workspace, broker: Broker) -> None:
    queue = review_queue_open(make_review_campaign(), now=timezone.now())
    broker.drain()
    queue.refresh_from_db()
    assert queue.job is not None
    assert queue.job.state == Job.State.DONE
    assert queue.items.count() == 3
    assert not HumanGrade.objects.exists()
    assert Campaign.objects.get().campaign_jobs.count() == 0
