"""Pages of raters: list, one with its versions, and the difference of two."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, polling_status, template_for, workspace_of
from evalhub.dashboard.inputs.finding import rater_or_404, version_or_404
from evalhub.dashboard.numbers import whole_number
from evalhub.models import RaterProbe, RaterVersion
from evalhub.selectors.inputs.probes import probe_price, probe_state
from evalhub.selectors.inputs.raters import rater_detail, rater_list
from evalhub.selectors.rater_diff import versions_diff
from evalhub.services.probes import CAN_NOT, Typed, UnableToProbe, probe_start

TYPED = ("query", "need", "title", "text")


def raters(request: HttpRequest) -> HttpResponse:
    """The raters, newest first."""
    found = rater_list(workspace_of(request), request.GET.get("page"))
    return render(request, "dashboard/inputs/raters.html", {"list": found, "now": timezone.now()})


def rater(request: HttpRequest, rater_id: int) -> HttpResponse:
    """One rater: its versions, and the newest or a chosen one in full."""
    found, number = rater_or_404(request, rater_id), whole_number(request.GET.get("version"))
    try:
        detail = rater_detail(found, number, request.GET.get("page"))
    except RaterVersion.DoesNotExist as error:
        raise Http404(f'the rater "{found.name}" has no version {number}') from error
    no_probe = CAN_NOT.get(detail.shown.kind, "") if detail.shown else ""
    context = {"detail": detail, "no_probe": no_probe, "price": detail.price, "now": timezone.now()}
    return render(request, "dashboard/inputs/rater.html", context)


def diff(request: HttpRequest, rater_id: int) -> HttpResponse:
    """What is different between two versions of a rater."""
    found = rater_or_404(request, rater_id)
    newest = found.versions.order_by("-number").first()
    last = whole_number(request.GET.get("to")) or (newest.number if newest else 0)
    first = whole_number(request.GET.get("from")) or last - 1
    old, new = (version_or_404(request, found.pk, number) for number in sorted((first, last)))
    difference = versions_diff(old, new)
    lines = (
        [(_line_kind(line), line) for line in difference["prompt"].split("\n")]
        if difference["prompt"]
        else []
    )
    context = {"rater": found, "old": old, "new": new, "difference": difference, "lines": lines}
    return render(request, "dashboard/inputs/rater_diff.html", context)


def try_out(request: HttpRequest, rater_id: int, number: int) -> HttpResponse:
    """Have a version grade the pair that was typed, then show what comes of it."""
    version = version_or_404(request, rater_id, number)
    typed = Typed(**{name: request.POST.get(name, "") for name in TYPED})
    try:
        probe = probe_start(version, typed, now=timezone.now())
    except UnableToProbe as error:
        messages.error(request, str(error))
        detail = rater_detail(version.rater, number, None)
        context = {
            "detail": detail,
            "no_probe": CAN_NOT.get(version.kind, ""),
            "price": detail.price,
            "typed": typed,
            "now": timezone.now(),
        }
        return render(request, "dashboard/inputs/rater.html", context, status=400)
    return redirect("rater-probe", rater_id, number, probe.pk)


def probe(request: HtmxRequest, rater_id: int, number: int, probe_id: int) -> HttpResponse:
    """A try-out: how far it is, then the grade or the reason why there is none."""
    version = version_or_404(request, rater_id, number)
    found = RaterProbe.objects.filter(rater_version=version, pk=probe_id).exclude(job=None).first()
    if found is None:
        raise Http404(f"{version} has no try-out {probe_id}")
    state = probe_state(found, now=timezone.now())
    context = {"version": version, "state": state, "typed": found, "now": timezone.now()}
    if not request.htmx:
        context["price"] = probe_price(version)
    template = template_for(request, "inputs/probe", "inputs/_probe")
    return render(request, template, context, status=polling_status(request, is_moving=not state.is_final))


def _line_kind(line: str) -> str:
    """What a line of a unified diff says, as a CSS class."""
    if line.startswith(("+++", "---", "@@")):
        return "place"
    return {"+": "added", "-": "removed"}.get(line[:1], "same")
