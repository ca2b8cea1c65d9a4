"""Pages of corpora: list, one, its documents, and the difference of two snapshots."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, template_for, workspace_of
from evalhub.dashboard.inputs.finding import corpus_or_404, snapshot_or_404
from evalhub.dashboard.numbers import whole_number
from evalhub.models import Document
from evalhub.selectors.dashboard_document import document_part
from evalhub.selectors.inputs.corpora import corpus_detail, corpus_list
from evalhub.selectors.inputs.differences import differences_page
from evalhub.selectors.inputs.documents import document_detail, documents_page

MAX_ID_CHARACTERS = 500


def corpora(request: HttpRequest) -> HttpResponse:
    """The corpora, newest first."""
    found = corpus_list(workspace_of(request), request.GET.get("page"))
    return render(request, "dashboard/inputs/corpora.html", {"list": found, "now": timezone.now()})


def corpus(request: HttpRequest, corpus_id: int) -> HttpResponse:
    """One corpus: its snapshots, and the campaigns over it."""
    found = corpus_detail(corpus_or_404(request, corpus_id), request.GET.get("page"))
    return render(request, "dashboard/inputs/corpus.html", {"detail": found, "now": timezone.now()})


def documents(request: HttpRequest, corpus_id: int) -> HttpResponse:
    """The documents of a snapshot, by doc_id."""
    found = corpus_or_404(request, corpus_id)
    snapshot = snapshot_or_404(found, whole_number(request.GET.get("snapshot")))
    prefix, after = (request.GET.get(name, "")[:MAX_ID_CHARACTERS] for name in ("prefix", "after"))
    page = documents_page(snapshot, prefix=prefix, after=after)
    context = {"corpus": found, "snapshot": snapshot, "page": page}
    return render(request, "dashboard/inputs/documents.html", context)


def document(request: HtmxRequest, corpus_id: int, document_id: int, part: int) -> HttpResponse:
    """A part of a document's text."""
    found = corpus_or_404(request, corpus_id)
    try:
        shown = document_part(found.pk, document_id, part)
    except Document.DoesNotExist as error:
        raise Http404(f'the corpus "{found.name}" has no document {document_id}') from error
    context = {"corpus": found, "part": shown}
    if not request.htmx:
        context["detail"] = document_detail(found, document_id)
    return render(request, template_for(request, "inputs/document", "inputs/_document_part"), context)


def differences(request: HttpRequest, corpus_id: int) -> HttpResponse:
    """What changed from one snapshot to a later one; without numbers, to the latest from the one before."""
    found = corpus_or_404(request, corpus_id)
    last = snapshot_or_404(found, whole_number(request.GET.get("to")))
    first_number = whole_number(request.GET.get("from")) or last.number - 1
    if first_number < 1:
        return redirect("corpus", found.pk)  # the first snapshot has nothing before it
    pair = (snapshot_or_404(found, first_number), last)
    old, new = sorted(pair, key=lambda snapshot: snapshot.number)
    page = differences_page(old, new, after=request.GET.get("after", "")[:MAX_ID_CHARACTERS])
    context = {"corpus": found, "old": old, "new": new, "page": page, "is_next": new.number == old.number + 1}
    return render(request, "dashboard/inputs/differences.html", context)
