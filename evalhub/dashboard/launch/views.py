"""New campaign: read the form, do what the button says, show the page."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, polling_status, workspace_of
from evalhub.dashboard.launch import offers
from evalhub.dashboard.launch.copying import form_of_campaign
from evalhub.dashboard.launch.desk import Desk
from evalhub.dashboard.launch.form import LaunchForm, Rule, Sweep, read_form
from evalhub.dashboard.launch.kept_rules import shown_rules
from evalhub.dashboard.launch.mapping import Asked
from evalhub.dashboard.launch.outlook import outlook, said
from evalhub.dashboard.launch.same_as import as_curl, as_yaml
from evalhub.dashboard.numbers import whole_number
from evalhub.models import Campaign, Job, Workspace
from evalhub.selectors.dashboard_campaigns import workspace_campaigns
from evalhub.selectors.launch.choices import Choices, choices
from evalhub.selectors.launch.known import corpus_known
from evalhub.selectors.progress import job_progress
from evalhub.selectors.search_box.labels import search_collection_name
from raters.rubric import prompt_names

SUMMARY = "summary"
"""The part of the page that is asked for alone whenever a choice changes."""


def new(request: HtmxRequest) -> HttpResponse:
    """The page, and all that its buttons do."""
    now, workspace = timezone.now(), workspace_of(request)
    form = read_form(request.POST) if request.method == "POST" else _first(request, workspace)
    desk = Desk(workspace, cast(User, request.user), form, now)
    if request.method == "POST":
        desk.act(request.POST.get("act", ""), request.FILES)
    if desk.campaign:
        messages.success(request, "Started. This page follows it; Cancel stops it, and what is done is kept.")
        return redirect("campaign", desk.campaign.pk)
    desk.follow_import()
    if request.htmx.target == SUMMARY:
        return render(request, "dashboard/launch/_summary.html", _outlook(request, desk, desk.asked()))
    template = "_form" if request.htmx else "new"
    return render(request, f"dashboard/launch/{template}.html", _page(request, desk))


def progress(request: HtmxRequest, job_id: int) -> HttpResponse:
    """How far the import of a corpus is."""
    job = get_object_or_404(Job, workspace=workspace_of(request), pk=job_id, kind=Job.Kind.INGEST)
    found = job_progress(job.pk, now=timezone.now())
    status = polling_status(request, is_moving=not found.is_final)
    return render(request, "dashboard/launch/_import.html", {"job": found}, status=status)


def _first(request: HtmxRequest, workspace: Workspace) -> LaunchForm:
    """The page before anything was typed: as of a campaign to copy, or with the defaults."""
    if copied := request.GET.get("from"):
        campaign = workspace_campaigns(workspace.slug).filter(pk=whole_number(copied) or 0).first()
        if campaign is None:
            raise Http404(f"there is no campaign {copied[:20]} to copy")
        return form_of_campaign(campaign)
    newest = Campaign.objects.filter(workspace=workspace).order_by("-pk").values_list("pk", flat=True).first()
    return LaunchForm(
        name=f"campaign {(newest or 0) + 1}",
        corpus=request.GET.get("corpus", ""),
        queries=request.GET.get("queries", ""),
        sweep=_sweep_with(request.GET.get("model", "")),
    )


def _sweep_with(model: str) -> Sweep:
    """What is here is ticked; a model that the address names is among it, first where it is no known one."""
    installed = offers.installed_models()
    return Sweep(models=installed, other_models=model if model not in installed else "")


def _page(request: HtmxRequest, desk: Desk) -> dict[str, Any]:
    desk.look()
    form = desk.form
    offered = choices(desk.workspace, corpus=form.corpus, queries=form.queries, systems=form.system_keys)
    if request.method != "POST":
        _choose_newest(form, offered)
    registered = {row.pk: row for row in offered.systems}
    asked = desk.asked(registered)
    # What is chosen from the start is looked at by a request of its own, so that the page is there at once.
    is_later = request.method != "POST" and bool(form.corpus and form.queries)
    return _outlook(request, desk, asked, is_later=is_later) | {
        "choices": offered,
        "previews": desk.previews,
        "notes": desk.notes,
        "job": desk.job,
        "acted_on": desk.acted_on,
        "models": offers.model_offers(),
        "kinds": offers.KINDS,
        "dimensions": offers.DIMENSIONS,
        "dtypes": offers.DTYPES,
        "weights": offers.WEIGHTS,
        "raters": offers.rater_offers(offered, form),
        "urls": offers.urls_offered(),
        "prompts": prompt_names(),
        "combinations": list(enumerate(asked.combinations)),
        "gate_systems": list(offers.systems_offered(asked, form, registered)),
        "rules": [*form.rules, Rule()],
        "kept_rules": shown_rules(form.kept_rules, form.cutoff),
    }


def _choose_newest(form: LaunchForm, offered: Choices) -> None:
    """Whoever comes back most likely goes on with what came last."""
    if not form.corpus and offered.corpora:
        form.corpus = offered.corpora[0].corpus.name
    if not form.queries and offered.collections:
        # What was typed into the search box is kept for its labels, and is no sample of what people ask.
        boxes = {search_collection_name(state.corpus) for state in offered.corpora}
        names = [row.name for row in offered.collections]
        form.queries = next((name for name in names if name not in boxes), names[0])


def _outlook(request: HtmxRequest, desk: Desk, asked: Asked, *, is_later: bool = False) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("api:campaigns"))
    seen = None if is_later else outlook(desk.workspace, asked, now=desk.now)
    return {
        "form": desk.form,
        "faults": desk.faults,
        "outlook": seen,
        "problems": [*desk.waiting(), *(said(problem, asked) for problem in seen.problems)] if seen else [],
        "is_refused": desk.is_refused,
        "known": corpus_known(desk.workspace, desk.form.corpus) if seen else None,
        "yaml": as_yaml(asked.spec),
        "curl": as_curl(asked.spec, address),
    }
