"""Open the review of a campaign and change its settings."""

from datetime import datetime
from math import isfinite

from django.db import transaction

from evalhub.core.errors import UserError
from evalhub.models import Campaign, Job, ReviewQueue
from evalhub.selectors.review.graders import offered_max_grade
from evalhub.services.jobs import JobRequest, job_request
from evalhub.services.review.overlap import overlap_mark

# Raised when a change of the code changes what a queue holds.
REVIEW_REVISION = 1
MAX_GUIDELINES = 20_000
LEAST_HOLD_S, MOST_HOLD_S = 30, 24 * 3_600


class UnableToReview(UserError):
    """The campaign can not be reviewed now, or not like that; nothing is changed.

    Attributes:
        field: the setting that is not acceptable, "" where it is none of them.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def review_queue_open(campaign: Campaign, *, now: datetime) -> ReviewQueue:
    """The campaign's queue, made now if there is none, with the job that fills it.

    Raises:
        UnableToReview: the campaign is not done.
    """
    if campaign.state != Campaign.State.DONE or campaign.score_job is None:
        raise UnableToReview(
            f"campaign {campaign.pk} is {campaign.state}: its pairs are reviewed once it is done"
        )
    return review_queue_request(campaign, offered_max_grade(campaign), now=now)


def review_queue_request(campaign: Campaign, max_grade: int, *, now: datetime) -> ReviewQueue:
    """The same where the campaign is known to have scores and the scale is known: writes only."""
    with transaction.atomic():
        queue, _ = ReviewQueue.objects.get_or_create(campaign=campaign, defaults={"max_grade": max_grade})
        request = JobRequest(
            kind=Job.Kind.REVIEW,
            key={"queue": queue.pk, "revision": REVIEW_REVISION},
            params={"queue": queue.pk},
            label=campaign.name,
            queue="default",
            item_word="queries",
        )
        requires = [campaign.score_job] if campaign.score_job else []
        queue.job = job_request(campaign.workspace, request, requires, now=now)
        queue.save(update_fields=["job"])
    return queue


def review_queue_configure(
    queue: ReviewQueue,
    *,
    guidelines: str | None = None,
    is_blind: bool | None = None,
    overlap_share: float | None = None,
    hold_s: int | None = None,
) -> ReviewQueue:
    """Change what is not None. Another overlap marks the pairs that nobody looked at anew.

    Raises:
        UnableToReview: a value is out of its range; nothing is changed.
    """
    _check(guidelines, overlap_share, hold_s)
    asked = {
        "guidelines": guidelines,
        "is_blind": is_blind,
        "overlap_share": overlap_share,
        "hold_s": hold_s,
    }
    changes = {name: value for name, value in asked.items() if value is not None}
    with transaction.atomic():
        ReviewQueue.objects.filter(pk=queue.pk).update(**changes)
        queue.refresh_from_db()
        if overlap_share is not None:
            overlap_mark(queue)
    return queue


def _check(guidelines: str | None, overlap_share: float | None, hold_s: int | None) -> None:
    if guidelines is not None and len(guidelines) > MAX_GUIDELINES:
        raise UnableToReview(
            f"the guidelines have {len(guidelines):,} characters; {MAX_GUIDELINES:,} are the most: "
            "link to what is longer",
            "guidelines",
        )
    if overlap_share is not None and not (isfinite(overlap_share) and 0 <= overlap_share <= 1):
        raise UnableToReview(
            f"an overlap of {overlap_share:g} is no share; give a number from 0 (nobody twice) to 1 (all "
            "pairs by two people)",
            "overlap_share",
        )
    if hold_s is not None and not LEAST_HOLD_S <= hold_s <= MOST_HOLD_S:
        raise UnableToReview(
            f"a pair can not be held for {hold_s} seconds; give {LEAST_HOLD_S} to {MOST_HOLD_S:,}", "hold_s"
        )
