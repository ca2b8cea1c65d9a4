"""The whole history of a pair: who said what, when, from where, and what overruled it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evalhub.dashboard.review.desk import reviewer
from evalhub.dashboard.review.desk_actions import item_or_404
from evalhub.models import HumanGrade
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.selectors.panel_members import raters_graders
from evalhub.selectors.review.history import item_history
from evalhub.selectors.review.listed import is_hidden
from evalhub.selectors.review.rubric import offered_grades
from evalhub.selectors.review.shown_pairs import shown_pairs
from evalhub.selectors.review.who_said import who_said


def item_page(request: HttpRequest, campaign_id: int, item_id: int) -> HttpResponse:
    """A pair and its history; what others said stays hidden from whom may yet grade it blind."""
    queue, item = item_or_404(request, campaign_id, item_id)
    mine = HumanGrade.objects.filter(item=item, reviewer=reviewer(request), withdrawn_at=None)
    hidden = is_hidden(queue, item, is_graded=mine.exists())
    raters = campaign_raters(queue.campaign)
    context = {
        "campaign": queue.campaign,
        "queue": queue,
        "item": item,
        "now": timezone.now(),
        "pair": shown_pairs([item])[0],
        "grades": offered_grades(queue, raters),
        "is_hidden": hidden,
        "said": None if hidden else who_said(item, raters_graders(raters)),
        "history": [] if hidden else item_history(item),
    }
    return render(request, "dashboard/review/item.html", context)
