"""Pages: translate the address, one domain call, a template."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub import conf
from evalhub.core.gate import Outcome
from evalhub.dashboard.access import HtmxRequest, polling_status, template_for, workspace_of
from evalhub.dashboard.plots import list_axis
from evalhub.dashboard.steering import STEERINGS, steerings_of
from evalhub.dashboard.tables import gold_comparisons, rater_tables, system_profiles
from evalhub.models import Campaign
from evalhub.selectors.dashboard_campaigns import campaign_detail, campaign_list, workspace_campaigns
from evalhub.selectors.home.filters import NO_GATE, CampaignFilter
from evalhub.selectors.hooks.schedules import open_alerts
from evalhub.selectors.review.counts import campaign_disagreements
from evalhub.services.campaigns import UnableToSteer
from evalhub.services.workspaces import DEFAULT_SLUG


def campaigns(request: HtmxRequest) -> HttpResponse:
    """The campaigns, newest first, with live progress."""
    now = timezone.now()
    asked = CampaignFilter.read(request.GET.dict())
    found = campaign_list(workspace_of(request), asked, request.GET.get("page"), now=now)
    template = template_for(request, "campaign_list", "_campaigns")
    status = polling_status(request, is_moving=found.is_moving)
    context = {
        "list": found,
        "axis": list_axis(found),
        "alerts": [] if request.htmx else open_alerts(workspace_of(request)),
        "now": now,
        "states": Campaign.State.values,
        "gates": [*Outcome, NO_GATE],
        "server": _server(request),
    }
    return render(request, template, context, status=status)


def _server(request: HttpRequest) -> str:
    """Where commands are sent to reach this workspace, empty where those typed on this machine do anyway."""
    public = conf.public_url()
    if not public and workspace_of(request).slug == DEFAULT_SLUG:
        return ""
    return public or f"{request.scheme}://{request.get_host()}"


def campaign(request: HtmxRequest, campaign_id: int) -> HttpResponse:
    """One campaign: its progress while it runs, then its result."""
    now = timezone.now()
    try:
        found = campaign_detail(workspace_of(request).slug, campaign_id, now=now)
    except Campaign.DoesNotExist as error:
        raise Http404(f"there is no campaign {campaign_id}") from error
    is_done = found.campaign.state == Campaign.State.DONE
    context = {
        "detail": found,
        "now": now,
        "tables": rater_tables(found.results, found.campaign.coverage_floor),
        "gold_comparisons": gold_comparisons(found.results),
        "profiles": system_profiles(found.results),
        "steerings": steerings_of(found.campaign),
        "n_disagreements": campaign_disagreements(found.campaign) if is_done else None,
    }
    status = polling_status(request, is_moving=found.campaign.state == Campaign.State.RUNNING)
    return render(request, template_for(request, "campaign", "_campaign"), context, status=status)


def steer(request: HttpRequest, campaign_id: int, name: str) -> HttpResponse:
    """Pause, resume, cancel or retry a campaign, then show it."""
    found = campaign_or_404(request, campaign_id)
    steering = STEERINGS.get(name)
    if steering is None:
        raise Http404(f"campaigns know {', '.join(STEERINGS)}, not {name}")
    try:
        steering.apply(found, now=timezone.now())
    except UnableToSteer as error:
        messages.error(request, str(error))
    else:
        undo = reverse("campaign-steer", args=[campaign_id, steering.undo]) if steering.undo else ""
        messages.success(request, steering.said, extra_tags=undo)
    return redirect("campaign", campaign_id)


def campaign_or_404(request: HttpRequest, campaign_id: int) -> Campaign:
    return get_object_or_404(workspace_campaigns(workspace_of(request).slug), pk=campaign_id)
