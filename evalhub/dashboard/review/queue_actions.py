"""Open a review, change its settings, draw samples."""

from math import inf, isfinite

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.review.finding import queue_or_404, reviewed_or_404
from evalhub.services.review.queues import (
    MOST_HOLD_S,
    UnableToReview,
    review_queue_configure,
    review_queue_open,
)
from evalhub.services.review.samples import review_sample_draw, review_sample_undo

MINUTE_S = 60


def open_queue(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Have the pairs of a campaign collected."""
    campaign = reviewed_or_404(request, campaign_id)
    try:
        review_queue_open(campaign, now=timezone.now())
    except UnableToReview as error:
        messages.error(request, str(error))
    return redirect("review", campaign_id)


def settings(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Change what the settings form says."""
    queue = queue_or_404(request, campaign_id)
    given = request.POST
    try:
        review_queue_configure(
            queue,
            guidelines=given.get("guidelines", ""),
            is_blind=given.get("is_blind") == "1",
            overlap_share=_number(given.get("overlap_percent", ""), "overlap", "percent") / 100,
            hold_s=_seconds(given.get("hold_minutes", "")),
        )
    except UnableToReview as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, "The settings are kept; they hold from the next pair that anybody is shown."
        )
    return redirect("review", campaign_id)


def sample(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Draw a probability sample, then show it."""
    queue = queue_or_404(request, campaign_id)
    had_one = queue.items.exclude(inclusion_probability=None).exists()
    try:
        n = whole_number(request.POST.get("n", ""))
        # A draw is recorded on the pairs; a draw that extends another must not repeat its numbers.
        seed = queue.seed + queue.items.exclude(inclusion_probability=None).count()
        drawn = review_sample_draw(queue, n or 0, seed=seed)
    except UnableToReview as error:
        messages.error(request, str(error))
        return redirect("review", campaign_id)
    undo = "" if had_one else reverse("review-sample-undo", args=[campaign_id])
    said = f"The sample is {drawn.n:,} of {drawn.n_population:,} open pairs, each with the same probability."
    messages.success(request, said, extra_tags=undo)
    return redirect(f"{reverse('review', args=[campaign_id])}?order=random&sample=1")


def sample_undo(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Forget a sample that nobody worked on."""
    try:
        review_sample_undo(queue_or_404(request, campaign_id))
    except UnableToReview as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The sample is forgotten.")
    return redirect("review", campaign_id)


def _seconds(minutes: str) -> int:
    """What a number of minutes comes to; a number beyond all times stays beyond them.

    Raises:
        UnableToReview: it is no number.
    """
    found = _number(minutes, "time a pair is held", "minutes") * MINUTE_S
    return round(max(-1.0, min(found, MOST_HOLD_S + 1.0)))


def _number(text: str, what: str, unit: str) -> float:
    """A number that a person typed.

    Raises:
        UnableToReview: it is none.
    """
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        found = inf
    if not isfinite(found):
        raise UnableToReview(f'"{text[:50]}" is no number of {unit} for the {what}')
    return found
