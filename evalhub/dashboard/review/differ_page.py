"""Adjudication: both sides of a pair on which people differ, and one word that settles it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.core.errors import UserError
from evalhub.dashboard.access import HtmxRequest
from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.review.desk import reviewer
from evalhub.dashboard.review.desk_actions import item_or_404, said_of
from evalhub.dashboard.review.finding import queue_or_404
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.selectors.panel_members import raters_graders
from evalhub.selectors.review.differing import differing_pairs
from evalhub.selectors.review.rubric import offered_grades
from evalhub.selectors.review.shown_pairs import shown_pairs
from evalhub.selectors.review.who_said import who_said
from evalhub.services.review.adjudication import adjudicate, adjudication_undo


def differ(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The pairs that wait for a word; the one the address names, else the first, with all that was said."""
    queue = queue_or_404(request, campaign_id)
    found = differing_pairs(queue)
    asked = whole_number(request.GET.get("item"))
    at = next((place for place, one in enumerate(found) if one.item.pk == asked), 0)
    context = {"campaign": queue.campaign, "queue": queue, "found": found}
    if found:
        raters = campaign_raters(queue.campaign)
        _, item = item_or_404(request, campaign_id, found[at].item.pk, queue)
        context |= {
            "pair": shown_pairs([item])[0],
            "grades": offered_grades(queue, raters),
            "said": who_said(item, raters_graders(raters)),
            "previous": found[at - 1].item.pk if at else None,
            "following": found[at + 1].item.pk if at + 1 < len(found) else None,
            "number": at + 1,
        }
    return render(request, "dashboard/review/differ.html", context)


def settle(request: HtmxRequest, campaign_id: int, item_id: int) -> HttpResponse:
    """Settle a pair, whatever others said, and go on with the next."""
    _, item = item_or_404(request, campaign_id, item_id)
    here = reverse("review-differ", args=[campaign_id])
    try:
        word = adjudicate(item, reviewer(request), said_of(request), now=timezone.now())
    except UserError as error:
        messages.error(request, str(error))
        return redirect(f"{here}?item={item_id}")
    said = "as one that nobody can judge" if word.grade is None else f"at {word.grade}"
    undo = reverse("review-unsettle", args=[campaign_id, item_id])
    messages.success(request, f"{word.query_id} · {word.doc_id} is settled {said}.", extra_tags=undo)
    following = whole_number(request.POST.get("following"))
    return redirect(f"{here}?item={following}" if following else here)


def unsettle(request: HttpRequest, campaign_id: int, item_id: int) -> HttpResponse:
    """Take an adjudication back."""
    _, item = item_or_404(request, campaign_id, item_id)
    try:
        adjudication_undo(item, reviewer(request), now=timezone.now())
    except UserError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('review-differ', args=[campaign_id])}?item={item_id}")
