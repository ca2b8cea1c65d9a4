"""Find the review that an address names."""

from django.http import Http404, HttpRequest

from evalhub.dashboard.access import workspace_of
from evalhub.models import Campaign, ReviewQueue
from evalhub.selectors.review.graders import reviewed_campaigns


def reviewed_or_404(request: HttpRequest, campaign_id: int) -> Campaign:
    """A campaign with its queue, if it has one.

    Raises:
        Http404: there is none.
    """
    found = reviewed_campaigns().filter(workspace=workspace_of(request), pk=campaign_id).first()
    if found is None:
        raise Http404(f"there is no campaign {campaign_id}")
    return found


def queue_of(campaign: Campaign) -> ReviewQueue | None:
    """Its queue, None where none was opened."""
    return getattr(campaign, "review_queue", None)


def queue_or_404(request: HttpRequest, campaign_id: int) -> ReviewQueue:
    """The queue of a campaign.

    Raises:
        Http404: there is none.
    """
    queue = queue_of(reviewed_or_404(request, campaign_id))
    if queue is None:
        raise Http404(f"campaign {campaign_id} has no review yet; open one on its page")
    return queue
