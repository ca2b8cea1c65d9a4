"""Who graded what, and who is to grade what."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from evalhub.dashboard.access import workspace_of
from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.review.desk import chosen_of, reviewer
from evalhub.dashboard.review.finding import queue_or_404
from evalhub.selectors.members import reviewers_of
from evalhub.selectors.review.chosen import chosen_items
from evalhub.selectors.review.people import review_people
from evalhub.selectors.review.standing import standing
from evalhub.services.review.turns import turns_assign, turns_unassign

MOST_USERS = 500


def people(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The people of a review."""
    queue, now = queue_or_404(request, campaign_id), timezone.now()
    chosen = chosen_of(queue, request.GET)
    context = {
        "campaign": queue.campaign,
        "queue": queue,
        "now": now,
        "people": review_people(queue),
        "users": reviewers_of(workspace_of(request)).order_by("username")[:MOST_USERS],
        "standing": standing(chosen_items(queue, chosen), reviewer(request), now=now),
        "question": request.GET.urlencode(),
    }
    return render(request, "dashboard/review/people.html", context)


def assign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Make the next free pairs of the address's order and filters a person's by name."""
    queue = queue_or_404(request, campaign_id)
    user = _user(request)
    n = whole_number(request.POST.get("n"))
    if not n:
        messages.error(request, "Say how many pairs: a whole number from 1.")
    else:
        chosen = chosen_of(queue, request.GET)
        given = turns_assign(queue, user, chosen, n, now=timezone.now())
        messages.success(request, f"{len(given):,} pairs are for {user.get_username()} alone.")
    return redirect("review-people", campaign_id)


def unassign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Free what a person was assigned and has not dealt with."""
    queue = queue_or_404(request, campaign_id)
    user = _user(request)
    n_free = turns_unassign(queue, user, now=timezone.now())
    messages.success(request, f"{n_free:,} pairs of {user.get_username()} are for everybody again.")
    return redirect("review-people", campaign_id)


def _user(request: HttpRequest) -> User:
    return get_object_or_404(reviewers_of(workspace_of(request)), pk=whole_number(request.POST.get("user")))
