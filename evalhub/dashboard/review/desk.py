"""The screen on which people grade: the pair in hand, and the next ones fetched together with it."""

import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.review.finding import queue_of, queue_or_404, reviewed_or_404
from evalhub.models import Job, ReviewItem, ReviewQueue
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.selectors.panel_members import learners, raters_graders
from evalhub.selectors.review.asked import Asked, parameters_of
from evalhub.selectors.review.chosen import Chosen, chosen_items
from evalhub.selectors.review.options import Options
from evalhub.selectors.review.rubric import offered_grades
from evalhub.selectors.review.shown_pairs import ShownPair, shown_pairs
from evalhub.selectors.review.standing import n_with_others, standing
from evalhub.selectors.review.who_said import machine_grades
from evalhub.services.review.turns import UnableToTake, turn_take, turns_take

N_AHEAD = 3  # of the pair in hand
MOST_AHEAD = 12
OF_OPTIONS = ("raters", "grades", "system", "against")


def pair(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The pair in hand; the address may name one by `item`."""
    campaign = reviewed_or_404(request, campaign_id)
    queue = queue_of(campaign)
    if queue is None or (queue.job and queue.job.state != Job.State.DONE):
        return redirect("review", campaign_id)
    queue.campaign = campaign
    user, chosen, now = reviewer(request), chosen_of(queue, request.GET), timezone.now()
    first: list[ReviewItem] = []
    if key := whole_number(request.GET.get("item")):
        try:
            first = [turn_take(item, user, now=now) for item in queue.items.filter(pk=key)]
        except UnableToTake:
            return redirect("review-item", campaign_id, key)
    having = [item.pk for item in first]
    items = [*first, *turns_take(queue, user, chosen, 1 + N_AHEAD - len(first), now=now, having=having)]
    context = desk_context(queue, items, user, chosen)
    return render(request, "dashboard/review/desk.html", context)


def following(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The next pairs, besides those that the person has in hand."""
    queue = queue_or_404(request, campaign_id)
    user, chosen = reviewer(request), chosen_of(queue, request.GET)
    n = min(whole_number(request.POST.get("n")) or 1, MOST_AHEAD)
    having = [key for text in request.POST.get("having", "").split(",") if (key := whole_number(text))]
    items = turns_take(queue, user, chosen, n, now=timezone.now(), having=having[-200:])
    return render(request, "dashboard/review/_next.html", desk_context(queue, items, user, chosen))


def reviewer(request: HttpRequest) -> User:
    """Who asks; the addresses are for people who signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied("sign in first")
    return request.user


def chosen_of(queue: ReviewQueue, given: QueryDict) -> Chosen:
    """The filters of an address; a state is none of them, since only open pairs are handed out."""
    needs_options = any(given.get(name) for name in OF_OPTIONS)
    options = Options.of(queue) if needs_options else Options({}, {}, {}, ())
    return replace(Asked(options, {name: str(given[name]) for name in given}).chosen(), state="")


def desk_context(queue: ReviewQueue, items: list[ReviewItem], user: User, chosen: Chosen) -> dict[str, Any]:
    """What the pairs, or what is left to do after the last of them, show."""
    raters = campaign_raters(queue.campaign)
    said = {} if queue.is_blind or not items else machine_grades(items, raters_graders(raters))
    found: list[ShownPair] = shown_pairs(items) if items else []
    parameters = parameters_of(chosen)
    return {
        "campaign": queue.campaign,
        "queue": queue,
        "grades": offered_grades(queue, raters),
        "pairs": [(one, said.get(one.key), secrets.token_hex(16)) for one in found],
        "question": urlencode(parameters),
        "is_filtered": bool(parameters.keys() - {"order"}),
        "learners": learners(raters_graders(raters)) if not items else [],
        **standing_context(queue, user, chosen, is_empty=not items),
    }


def standing_context(
    queue: ReviewQueue, user: User, chosen: Chosen, *, is_empty: bool = False
) -> dict[str, Any]:
    """How far the person is; `is_empty` asks what others have in hand, too."""
    now, chosen_pairs = timezone.now(), chosen_items(queue, chosen)
    found: dict[str, Any] = {"standing": standing(chosen_pairs, user, now=now)}
    if is_empty:
        found["n_with_others"] = n_with_others(chosen_pairs, user, now=now)
    return found
