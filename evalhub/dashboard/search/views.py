"""Pages of the search box: translate the address, one domain call, a template."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.core.passages import marked
from evalhub.core.terms import query_terms
from evalhub.dashboard.access import HtmxRequest, template_for, workspace_of
from evalhub.dashboard.numbers import whole_number
from evalhub.dashboard.search.forms import DEFAULT_DEPTH, AskForm
from evalhub.models import Document, Search, Workspace
from evalhub.selectors.dashboard_document import document_part
from evalhub.selectors.search_box.choices import collection_texts, search_choices
from evalhub.selectors.search_box.labels import GRADES, search_collection_name
from evalhub.selectors.search_box.result import SearchResult, search_result
from evalhub.services.searches import MOST_CHARACTERS, MOST_DEPTH, UnableToSearch, search_ask

NO_CONTENT = 204


def search(request: HttpRequest) -> HttpResponse:
    """The form, filled in as far as the address says."""
    return render(request, "dashboard/search/search.html", form_context(workspace_of(request), request.GET))


def ask(request: HttpRequest) -> HttpResponse:
    """Ask the chosen systems, then show their answers side by side."""
    workspace = workspace_of(request)
    form = AskForm(workspace, request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            searches = [
                search_ask(
                    workspace,
                    asked["snapshot"],
                    system,
                    asked["q"],
                    asked["k"] or DEFAULT_DEPTH,
                    now=timezone.now(),
                )
                for system in form.systems
            ]
        except UnableToSearch as error:
            form.add_error("a", str(error))
        else:
            return redirect(_address(searches))
    context = form_context(workspace, request.POST) | {"errors": form.errors}
    return render(request, "dashboard/search/search.html", context, status=400)


def result(request: HtmxRequest, search_id: int, beside_id: int | None = None) -> HttpResponse:
    """What one or two systems found, or how far they are; to htmx nothing as long as nothing is new."""
    workspace, ids = workspace_of(request), [search_id, *([beside_id] if beside_id else [])]
    if request.htmx:
        stage = result_or_404(workspace, ids, has_hits=False).stage
        if stage == request.GET.get("seen"):
            return HttpResponse(status=NO_CONTENT)
    found = result_or_404(workspace, ids)
    context = result_context(found)
    if not request.htmx:
        context |= form_context(workspace, _given(found))
    return render(request, template_for(request, "search/result", "search/_result"), context)


def queries(request: HttpRequest) -> HttpResponse:
    """The queries of a collection, to pick one from."""
    key = whole_number(request.GET.get("collection"))
    texts = [] if key is None else collection_texts(workspace_of(request), key)
    return render(request, "dashboard/search/_queries.html", {"texts": texts})


def document(request: HtmxRequest, search_id: int, document_id: int, part: int) -> HttpResponse:
    """A part of a document's text, with the terms of a search marked."""
    found = result_or_404(workspace_of(request), [search_id], has_hits=False).first
    try:
        shown = document_part(found.snapshot.corpus_id, document_id, part)
    except Document.DoesNotExist as error:
        raise Http404(f"the corpus has no document {document_id}") from error
    context = {"search": found, "part": shown, "pieces": marked(shown.text, query_terms(found.text))}
    return render(request, template_for(request, "queries/document", "queries/_document_part"), context)


def result_or_404(workspace: Workspace, search_ids: list[int], *, has_hits: bool = True) -> SearchResult:
    """The searches of these ids side by side."""
    try:
        return search_result(workspace, search_ids, now=timezone.now(), has_hits=has_hits)
    except Search.DoesNotExist as error:
        raise Http404(f"{error}; old searches are deleted: search again") from error


def result_context(found: SearchResult) -> dict[str, Any]:
    """What the fragment of a result shows."""
    return {
        "result": found,
        "grades": GRADES.items(),
        "n_lists": len(found.lists),
        "lists": "-".join(str(listed.search.pk) for listed in found.lists),
        "collection_name": search_collection_name(found.first.snapshot.corpus),
    }


def form_context(workspace: Workspace, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows; systems that were not chosen are the first two that can search."""
    choices = search_choices(workspace, whole_number(str(given.get("snapshot", ""))))
    built = [str(choice.system.pk) for choice in choices.built]
    first = str(given.get("a", ""))
    others = [key for key in built if key != first]
    return {
        "choices": choices,
        "a": first if first in built else next(iter(built), ""),
        "b": str(given.get("b", "")) if "b" in given or "a" in given else next(iter(others[1:]), ""),
        "text": given.get("q", ""),
        "k": given.get("k") or DEFAULT_DEPTH,
        "most_depth": MOST_DEPTH,
        "most_characters": MOST_CHARACTERS,
    }


def _given(found: SearchResult) -> dict[str, Any]:
    first, *others = (listed.search for listed in found.lists)
    return {
        "snapshot": first.snapshot_id,
        "a": first.system_id,
        "b": others[0].system_id if others else "",
        "q": first.text,
        "k": first.depth,
    }


def _address(searches: list[Search]) -> str:
    if len(searches) == 1:
        return reverse("search-result", args=[searches[0].pk])
    return reverse("search-beside", args=[search.pk for search in searches])
