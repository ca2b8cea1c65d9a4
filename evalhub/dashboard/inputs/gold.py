"""Gold labels of a query collection: files of any version, and where they contradict each other."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from evalhub.core.errors import UserError
from evalhub.core.trec import TrecLineError
from evalhub.dashboard.inputs.finding import collection_or_404
from evalhub.formats.gold_writer import GOLD_FORMATS, SUFFIXES
from evalhub.selectors.gold.conflicts import KINDS, asked_in, gold_conflicts
from evalhub.services.gold_export import gold_spool

PER_PAGE = 50
LONGEST_NUMBER = 9


def gold_file(request: HttpRequest, collection_id: int, form: str) -> FileResponse:
    """Gold labels as TREC, BEIR or JSON Lines, of a `version`; with `people` what each of them said."""
    collection = collection_or_404(request, collection_id)
    found = next((one for one in GOLD_FORMATS if one == form), None)
    if found is None:
        raise Http404(f"gold labels come as {', '.join(GOLD_FORMATS)}")
    number, people = request.GET.get("version", ""), bool(request.GET.get("people"))
    if number and not (number.isdecimal() and len(number) <= LONGEST_NUMBER):
        raise Http404("there is no such version")
    try:
        file = gold_spool(collection, found, version=int(number) if number else None, people=people)
    except (UserError, TrecLineError) as error:
        raise Http404(str(error)) from error
    name = f"gold-{collection.pk}-{'people' if people else number or collection.gold_version}"
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.{SUFFIXES[found]}",
        content_type="text/plain; charset=utf-8",
    )


def conflicts(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Pairs on which people differ, labels nobody stands by, equal texts with different labels."""
    collection = collection_or_404(request, collection_id)
    report = gold_conflicts(collection)
    shown = Paginator(report.found, PER_PAGE).get_page(request.GET.get("page"))
    found = report.conflicts(shown.start_index() - 1, PER_PAGE) if report.found else []
    items = asked_in(collection, found)
    rows = [(one, items.get((one.query_id, one.doc_id))) for one in found]
    counts = [(words, report.counts[kind]) for kind, words in KINDS.items()]
    context = {"collection": collection, "report": report, "page": shown, "rows": rows, "counts": counts}
    return render(request, "dashboard/inputs/conflicts.html", context)
