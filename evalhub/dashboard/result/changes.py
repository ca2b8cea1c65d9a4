"""What changed since last time."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, template_for
from evalhub.dashboard.result.words import changes_sentence
from evalhub.dashboard.views import campaign_or_404
from evalhub.selectors.result.changes import campaign_changes, earlier_campaigns


def changes(request: HtmxRequest, campaign_id: int) -> HttpResponse:
    """A campaign against an earlier one of its name; the one before it unless another is named."""
    found = campaign_or_404(campaign_id)
    earlier = earlier_campaigns(found) if found.state == found.State.DONE else []
    asked = request.GET.get("against", "")
    before = next((one for one in earlier if str(one.pk) == asked), next(iter(earlier), None))
    context = {"campaign": found, "earlier": earlier, "now": timezone.now()}
    if before:
        shown = campaign_changes(found, before, request.GET.get("rater", ""))
        context |= {"changes": shown, "says": changes_sentence(shown)}
    template = template_for(request, "result/changes", "result/_changes")
    return render(request, template, context)
