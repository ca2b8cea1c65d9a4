"""Grade a hit on the spot, and take it back."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, workspace_of
from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.search.views import result_or_404
from evalhub.models import Search, SearchHit
from evalhub.selectors.search_box.labels import GRADES
from evalhub.services.gold_labels import GradedMeanwhile, Seen
from evalhub.services.search_grades import UnableToGrade, search_grade

MOST_LISTS = 2


@dataclass(frozen=True, slots=True)
class Given:
    """What was just graded; `before` is what Undo goes back to.

    Attributes:
        by: who gave the grade.
        refusal: why it is another than the one that was asked for.
    """

    document_id: int
    grade: int | None
    before: int | None
    by: str
    refusal: str = ""


def grade(request: HtmxRequest, search_id: int) -> HttpResponse:
    """Store a grade as gold (none takes it back), then show the cards of the document anew."""
    given_ids = [
        key for text in request.POST.get("lists", "").split("-") if (key := whole_number(text)) is not None
    ]
    ids = given_ids if search_id in given_ids and len(given_ids) <= MOST_LISTS else [search_id]
    searches = {
        found.search.pk: found.search
        for found in result_or_404(workspace_of(request), ids, has_hits=False).lists
    }
    try:
        given = _graded(request, searches[search_id])
    except UnableToGrade as error:
        return HttpResponseBadRequest(str(error))
    if request.htmx:
        return _cards(request, ids, given)
    if given.refusal:
        messages.error(request, given.refusal)
    else:
        messages.success(request, _said(given))
    name = "search-beside" if len(ids) > 1 else "search-result"
    return redirect(reverse(name, args=ids) + f"#grade-{search_id}-{given.document_id}")


def _graded(request: HtmxRequest, search: Search) -> Given:
    key, wanted = whole_number(request.POST.get("document")), request.POST.get("grade", "")
    value = whole_number(wanted)
    if key is None or (wanted and value is None):
        raise UnableToGrade("document and grade are numbers; an empty grade takes it back")
    user = request.user if isinstance(request.user, User) else None
    seen = Seen(whole_number(request.POST["seen"])) if "seen" in request.POST else None
    try:
        before = search_grade(search, key, value, user=user, now=timezone.now(), seen=seen)
    except GradedMeanwhile as error:
        return Given(key, error.grade, error.grade, error.by, str(error))
    return Given(key, value, before, request.user.get_username())


def _cards(request: HtmxRequest, ids: list[int], given: Given) -> HttpResponse:
    having = SearchHit.objects.filter(search__in=ids, document=given.document_id)
    context = {
        "having": having.values_list("search_id", flat=True),
        "lists": "-".join(map(str, ids)),
        "given": given,
        "grades": GRADES.items(),
    }
    return render(request, "dashboard/search/_grades.html", context)


def _said(given: Given) -> str:
    if given.grade is None:
        return "The grade is taken back."
    return f"Graded {given.grade}: {GRADES[given.grade]}."
