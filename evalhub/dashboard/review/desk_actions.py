"""What a person does with a pair: grade it, pass on it, undo. Scripts get a fragment, forms the next pair."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.core.errors import UserError
from evalhub.dashboard.access import HtmxRequest
from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.review.desk import chosen_of, desk_context, reviewer, standing_context
from evalhub.dashboard.review.finding import queue_or_404
from evalhub.models import ReviewItem, ReviewQueue
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.selectors.panel_members import raters_graders
from evalhub.selectors.review.rubric import offered_grades
from evalhub.selectors.review.who_said import who_said
from evalhub.services.review.grades import Said, UnableToGrade, grade_give, turn_undo
from evalhub.services.review.turns import turn_pass

CONFLICT = 409


def grade(request: HtmxRequest, campaign_id: int, item_id: int) -> HttpResponse:
    """Keep a grade, or that the pair can not be judged, and show who said what."""
    queue, item = item_or_404(request, campaign_id, item_id)
    try:
        given = grade_give(item, reviewer(request), said_of(request), now=timezone.now())
    except UnableToGrade as error:
        return _refused(request, queue, error, item_id)
    if request.htmx:
        raters = campaign_raters(queue.campaign)
        given_item = given.item or item
        given_item.queue = queue
        context = {
            "campaign": queue.campaign,
            "given": given,
            "grades": offered_grades(queue, raters),
            "said": who_said(given_item, raters_graders(raters)),
            **standing_context(queue, reviewer(request), chosen_of(queue, request.GET)),
        }
        return render(request, "dashboard/review/_given.html", context)
    words = "kept as one that cannot be judged" if given.grade is None else f"graded {given.grade}"
    messages.success(
        request,
        f"{given.query_id} · {given.doc_id} is {words}.",
        extra_tags=_undo_address(request, campaign_id),
    )
    return _to_desk(request, campaign_id)


def pass_on(request: HtmxRequest, campaign_id: int, item_id: int) -> HttpResponse:
    """Skip a pair, or put it off."""
    queue, item = item_or_404(request, campaign_id, item_id)
    how = "later" if request.POST.get("how") == "later" else "skipped"
    turn_pass(item, reviewer(request), "later" if how == "later" else "skipped", now=timezone.now())
    if request.htmx:
        return _standing(request, queue)
    said = "The pair comes back at the end." if how == "later" else "The pair is left to others."
    messages.success(request, said, extra_tags=_undo_address(request, campaign_id))
    return _to_desk(request, campaign_id)


def undo(request: HtmxRequest, campaign_id: int) -> HttpResponse:
    """Take the last thing back, or what was done with the pair that is named; its pair comes again."""
    queue, user = queue_or_404(request, campaign_id), reviewer(request)
    key = whole_number(request.POST.get("item"))
    try:
        item = turn_undo(queue, user, now=timezone.now(), item_id=key, key=request.POST.get("key", ""))
    except UserError as error:
        return _refused(request, queue, error, key, status=CONFLICT)
    if request.htmx:
        item.queue = queue
        context = desk_context(queue, [item], user, chosen_of(queue, request.GET))
        return render(request, "dashboard/review/_next.html", context)
    return _to_desk(request, campaign_id, item.pk)


def item_or_404(
    request: HttpRequest, campaign_id: int, item_id: int, queue: ReviewQueue | None = None
) -> tuple[ReviewQueue, ReviewItem]:
    """A pair of a campaign's review, with its query and document; `queue` where it was read already."""
    queue = queue or queue_or_404(request, campaign_id)
    rows = ReviewItem.objects.filter(queue=queue).select_related("query", "document")
    item = get_object_or_404(rows.defer("document__text"), pk=item_id)
    item.queue = queue
    return queue, item


def said_of(request: HtmxRequest) -> Said:
    """What a form says.

    Raises:
        UnableToGrade: the grade is no number.
    """
    typed = request.POST.get("grade", "")
    value = whole_number(typed)
    if typed and value is None:
        raise UnableToGrade(f'"{typed[:50]}" is no grade.')
    reason, comment = (request.POST.get(name, "").strip() for name in ("reason", "comment"))
    return Said(value, reason, comment, request.POST.get("key", ""))


def _refused(
    request: HtmxRequest, queue: ReviewQueue, error: UserError, item_id: int | None, status: int = 400
) -> HttpResponse:
    if request.htmx:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8", status=status)
    messages.error(request, str(error))
    return _to_desk(request, queue.campaign_id, item_id)


def _standing(request: HtmxRequest, queue: ReviewQueue) -> HttpResponse:
    context = standing_context(queue, reviewer(request), chosen_of(queue, request.GET))
    return render(request, "dashboard/review/_standing.html", context)


def _undo_address(request: HtmxRequest, campaign_id: int) -> str:
    return f"{reverse('review-undo', args=[campaign_id])}?{request.GET.urlencode()}"


def _to_desk(request: HtmxRequest, campaign_id: int, item_id: int | None = None) -> HttpResponse:
    parameters = request.GET.copy()
    if item_id:
        parameters["item"] = str(item_id)
    else:
        parameters.pop("item", None)
    question = parameters.urlencode()
    return redirect(reverse("review-pair", args=[campaign_id]) + (f"?{question}" if question else ""))
