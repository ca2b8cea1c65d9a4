"""The scores of a campaign that is not done, over what is rated so far."""

from django.http import HttpResponse
from django.shortcuts import render

from evalhub.dashboard.access import HtmxRequest, polling_status, template_for
from evalhub.dashboard.views import campaign_or_404
from evalhub.models import Campaign
from evalhub.selectors.result.scores_so_far import scores_so_far_kept

# A paused campaign goes on without the page being loaded anew.
MOVING = (Campaign.State.RUNNING, Campaign.State.PAUSED)


def so_far(request: HtmxRequest, campaign_id: int) -> HttpResponse:
    """Scores so far, at most some seconds old; polling ends when nothing moves any more."""
    found = campaign_or_404(request, campaign_id)
    shown = scores_so_far_kept(found)
    template = template_for(request, "result/so_far", "result/_so_far")
    status = polling_status(request, is_moving=found.state in MOVING)
    return render(request, template, {"campaign": found, "so_far": shown}, status=status)
