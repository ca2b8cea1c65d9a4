"""The profile of a corpus: asked for, its progress, its figures and charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from evalhub.dashboard.access import HtmxRequest, template_for, workspace_of
from evalhub.dashboard.chart_files import FORMS, OFFERED, Draw, chart_response
from evalhub.dashboard.inputs.finding import corpus_or_404, snapshot_or_404
from evalhub.dashboard.inputs.near import near_duplicates
from evalhub.dashboard.inputs.profile_kinds import KINDS, Kind
from evalhub.dashboard.numbers import whole_number
from evalhub.models import Corpus, QueryCollection, Workspace
from evalhub.selectors.inputs.corpora import ready_snapshots
from evalhub.selectors.inputs.profiles import ProfileState, latest_profile, profile_state
from evalhub.services.profiles import profile_start

COLLECTIONS_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart on the page, with the same numbers as a table."""

    name: str
    kind: Kind
    columns: Sequence[str]
    lines: Sequence[Sequence[Any]]


def profile(request: HtmxRequest, corpus_id: int) -> HttpResponse:
    """The newest profile of a corpus, or of the snapshot that the address names."""
    found = corpus_or_404(request, corpus_id)
    state = _state(found, request)
    is_poll = bool(request.htmx and request.GET.get("poll"))
    if is_poll and (state is None or state.job.is_final):
        return HttpResponseClientRefresh()  # charts are drawn when a page is loaded
    near = (
        [near_duplicates(part, whole_number(request.GET.get("from"))) for part in state.similar]
        if state
        else []
    )
    context = {
        "corpus": found,
        "state": state,
        "snapshots": ready_snapshots(found).order_by("-number")[:1],
        "collections": _collections(workspace_of(request)),
        "charts": _charts(state) if state and state.job.is_final else [],
        "near": near,
        "forms": OFFERED,
        "now": timezone.now(),
        "sample_note": _is_sampled(state),
    }
    return render(request, template_for(request, "inputs/profile", "inputs/_profile"), context)


def start(request: HttpRequest, corpus_id: int) -> HttpResponse:
    """Ask for a profile of the latest snapshot, with the queries that were chosen."""
    found = corpus_or_404(request, corpus_id)
    snapshot = snapshot_or_404(found, None)
    chosen = whole_number(request.POST.get("collection"))
    collections = QueryCollection.objects.filter(workspace=workspace_of(request))
    collection = collections.filter(pk=chosen).first() if chosen else None
    made = profile_start(snapshot, collection, now=timezone.now())
    if made.job and made.job.state == "done":
        messages.success(request, "This profile was there already: nothing changed since.")
    return redirect("corpus-profile", found.pk)


def chart(request: HttpRequest, corpus_id: int, name: str, form: str) -> HttpResponse:
    """One chart of the profile to take along."""
    if name not in KINDS:
        raise Http404(f"charts are {', '.join(KINDS)}; each as {', '.join(FORMS)}")
    state = _state(corpus_or_404(request, corpus_id), request)
    rows = KINDS[name].rows(state) if state else []
    return chart_response(f"corpus-{corpus_id}-{name}", form, rows, _drawing(name))


def _state(corpus: Corpus, request: HttpRequest) -> ProfileState | None:
    number = whole_number(request.GET.get("snapshot"))
    snapshot = snapshot_or_404(corpus, number) if number else None
    found = latest_profile(corpus, snapshot)
    return profile_state(found, now=timezone.now()) if found else None


def _collections(workspace: Workspace) -> Sequence[QueryCollection]:
    rows = QueryCollection.objects.filter(workspace=workspace, n_queries__gt=0)
    return list(rows.order_by("-pk")[:COLLECTIONS_OFFERED])


def _charts(state: ProfileState) -> list[Shown]:
    shown = []
    for name, kind in KINDS.items():
        if rows := kind.rows(state):
            shown.append(Shown(name, kind, list(rows[0]), [list(row.values()) for row in rows]))
    return shown


def _is_sampled(state: ProfileState | None) -> bool:
    if state is None or state.texts is None:
        return False
    total = state.texts["n_documents"]
    parts = [*state.tokens, *state.similar, *([state.overlap] if state.overlap else [])]
    return state.texts["n_languages_of"] < total or any(part.get("n_of", total) < total for part in parts)


def _drawing(name: str) -> Draw:
    from evalhub.charts.profile_drawings import DRAWINGS  # half a second that other pages need not wait for

    return DRAWINGS[name]
