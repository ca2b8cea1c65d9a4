"""Queues: opened once, by themselves where there is something to review; their settings."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from evalhub.models import Campaign, GoldLabel, Job, ReviewItem, ReviewQueue, ReviewTurn
from evalhub.services.campaign_states import campaign_refresh
from evalhub.services.review.queues import (
    UnableToReview,
    review_queue_configure,
    review_queue_open,
)
from tests.pipeline.review_campaign import NOW, filled, make_review_campaign

pytestmark = pytest.mark.django_db


def finish(campaign: Campaign) -> Campaign:
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.RUNNING)
    campaign.refresh_from_db()
    campaign_refresh(campaign, now=NOW)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DONE
    return campaign


def test_opening_twice_is_one_queue_and_one_job() -> None:
    campaign = make_review_campaign()
    first, second = (review_queue_open(campaign, now=NOW) for _ in range(2))
    assert first == second
    assert Job.objects.filter(kind=Job.Kind.REVIEW).count() == 1


def test_a_campaign_that_is_not_done_has_nothing_to_review() -> None:
    campaign = make_review_campaign()
    campaign.state = Campaign.State.RUNNING
    with pytest.raises(UnableToReview, match="once it is done"):
        review_queue_open(campaign, now=NOW)
    assert not ReviewQueue.objects.exists()


@pytest.mark.parametrize(
    ("raters", "has_gold", "is_opened"),
    [
        (("judge", "second"), False, True),
        (("judge",), True, True),
        (("second",), False, True),  # it says how sure it is
    ],
)
def test_a_campaign_that_ends_opens_its_review(
    raters: tuple[str, ...], has_gold: bool, is_opened: bool
) -> None:
    campaign = finish(make_review_campaign(raters=raters, has_gold=has_gold))
    assert ReviewQueue.objects.filter(campaign=campaign).exists() is is_opened


def test_where_nothing_can_be_in_doubt_no_review_is_opened() -> None:
    campaign = make_review_campaign(raters=("judge",), has_gold=False)
    campaign.campaign_raters.get().rater_version.judgments.update(probabilities=None)
    finish(campaign)
    assert not ReviewQueue.objects.exists()
    # By hand it can be: people may label what nothing is known of.
    assert filled(campaign).items.count() == 2 + 1


def test_people_are_offered_the_scale_of_imported_labels() -> None:
    campaign = make_review_campaign()
    GoldLabel.objects.filter(grade=3).update(grade=1)
    assert review_queue_open(campaign, now=NOW).max_grade == 1


def test_labels_of_the_search_box_do_not_narrow_the_scale() -> None:
    campaign = make_review_campaign()
    GoldLabel.objects.filter(grade=3).delete()
    GoldLabel.objects.update(selection=GoldLabel.Selection.HAND_PICKED)
    assert review_queue_open(campaign, now=NOW).max_grade == 3


def test_settings_that_are_given_are_changed_and_others_stay() -> None:
    queue = filled(make_review_campaign())
    review_queue_configure(queue, guidelines="3 is perfect", hold_s=60)
    stored = ReviewQueue.objects.get()
    assert (stored.guidelines, stored.hold_s, stored.is_blind) == ("3 is perfect", 60, True)
    review_queue_configure(queue, is_blind=False)
    stored.refresh_from_db()
    assert (stored.guidelines, stored.is_blind) == ("3 is perfect", False)


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({"overlap_share": 1.5}, "overlap_share", "from 0"),
        ({"overlap_share": float("nan")}, "overlap_share", "from 0"),
        ({"hold_s": 5}, "hold_s", "30 to 86,400"),
        ({"guidelines": "x" * 20_001}, "guidelines", "20,000 are the most"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(asked: dict[str, Any], field: str, says: str) -> None:
    queue = filled(make_review_campaign())
    with pytest.raises(UnableToReview, match=says) as refused:
        review_queue_configure(queue, is_blind=False, **asked)
    assert refused.value.field == field
    assert ReviewQueue.objects.get().is_blind


def test_another_overlap_leaves_alone_what_somebody_looks_at() -> None:
    queue = filled(make_review_campaign())
    held = queue.items.get(document__doc_id="d1")
    ReviewTurn.objects.create(
        item=held, reviewer=User.objects.create(username="ada"), changed_at=timezone.now()
    )

    def wanted() -> dict[str, int]:
        return dict(ReviewItem.objects.values_list("document__doc_id", "n_wanted"))

    review_queue_configure(queue, overlap_share=1.0)
    assert wanted() == {"d1": 1, "d2": 1, "d3": 2}
    review_queue_configure(queue, overlap_share=0.0)
    assert wanted() == {"d1": 1, "d2": 1, "d3": 1}
