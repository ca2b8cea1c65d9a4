"""Tag a campaign on its page, and take that back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from evalhub.core.tags import UnusableTags, written_tags
from evalhub.dashboard.views import campaign_or_404
from evalhub.services.campaign_tags import campaign_tag


def tag(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Give a campaign the tags that were written; the message offers those it had."""
    found = campaign_or_404(request, campaign_id)
    before = [row.name for row in found.tags.all()]
    try:
        tags = written_tags(request.POST.get("tags", request.GET.get("tags", "")))
        campaign_tag(found, tags)
    except UnusableTags as error:
        messages.error(request, f"The tags are as they were: {error}")
        return redirect("campaign", campaign_id)
    if tags != before:
        said = f"Tagged {', '.join(tags)}." if tags else "No tags any more."
        undo = f"{reverse('campaign-tags', args=[campaign_id])}?{urlencode({'tags': ', '.join(before)})}"
        messages.success(request, said, extra_tags=undo)
    return redirect("campaign", campaign_id)
