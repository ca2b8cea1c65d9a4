"""The pairs of a campaign's review: filtered, in an order, by 50."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, polling_status, template_for
from evalhub.dashboard.review.finding import queue_of, reviewed_or_404
from evalhub.dashboard.review.queue_words import Matrix, matrix_of, subject_of
from evalhub.models import Campaign, Job, ReviewItem, ReviewQueue
from evalhub.selectors.progress import job_progress
from evalhub.selectors.review.asked import Asked, parameters_of
from evalhub.selectors.review.chosen import Chosen
from evalhub.selectors.review.counts import confusion, review_counts
from evalhub.selectors.review.graders import is_worth_reviewing
from evalhub.selectors.review.listed import figures_of, listed_pairs
from evalhub.selectors.review.options import Options
from evalhub.services.jobs import OPEN

PAIRS_PER_PAGE = 50
ORDER_WORDS = {
    "influence": "what a label could change",
    "gap": "how far graders are apart",
    "query": "query",
    "random": "at random",
}
STATE_WORDS = {
    ReviewItem.State.OPEN: "open",
    ReviewItem.State.SETTLED: "settled",
    ReviewItem.State.DIFFER: "people differ",
    ReviewItem.State.UNCLEAR: "nobody can judge",
}


def queue(request: HtmxRequest, campaign_id: int) -> HttpResponse:
    """What there is to review in a campaign, or how to begin."""
    if "rater" in request.GET:
        return redirect(f"{reverse('review', args=[campaign_id])}?{_tidied(request.GET)}")
    campaign = reviewed_or_404(request, campaign_id)
    found = queue_of(campaign)
    context: dict[str, Any] = {"campaign": campaign, "queue": found, "now": timezone.now()}
    is_filling = found is not None and found.job is not None and found.job.state in OPEN
    if found is None:
        context["is_worth_it"] = campaign.state == Campaign.State.DONE and is_worth_reviewing(campaign)
    elif found.job is not None and found.job.state != Job.State.DONE:
        context["job"] = job_progress(found.job.pk, now=context["now"])
    else:
        context |= _listed(request, campaign, found)
    template = template_for(request, "review/queue", "review/_queue")
    return render(request, template, context, status=polling_status(request, is_moving=is_filling))


def _listed(request: HtmxRequest, campaign: Campaign, queue: ReviewQueue) -> dict[str, Any]:
    options = Options.of(queue, is_labelled=campaign.is_labelled)  # type: ignore[attr-defined]  # annotated
    asked = Asked(options, request.GET.dict())
    chosen = asked.chosen()
    page = Paginator(figures_of(queue, chosen), PAIRS_PER_PAGE).get_page(request.GET.get("page"))
    parameters = parameters_of(chosen)
    return {
        "options": options,
        "problems": asked.problems,
        "chosen": chosen,
        "parameters": parameters,
        "is_filtered": bool(parameters.keys() - {"order"}),
        "question": urlencode(parameters),
        "pair_page": reverse("review-pair", args=[campaign.pk]),
        "page": page,
        "pairs": listed_pairs(queue, options, list(page.object_list), cast(User, request.user)),
        "counts": review_counts(queue),
        "matrix": _matrix(queue, options, chosen),
        "subject": subject_of(options, chosen),
        "learners": options.learners,
        "orders": ORDER_WORDS.items(),
        "states": STATE_WORDS,
        "overlap_percent": f"{100 * queue.overlap_share:.10g}",
        "hold_minutes": f"{queue.hold_s / 60:.10g}",
    }


def _matrix(queue: ReviewQueue, options: Options, chosen: Chosen) -> Matrix | None:
    raters = chosen.raters or options.usual_raters
    if raters is None:
        return None
    scales = (options.scales[raters[0]], options.scales[raters[1]])
    return matrix_of(confusion(queue, chosen, raters, scales), options, chosen)


def _tidied(given: QueryDict) -> str:
    """The address of what the form asked for: it has a field for each rater, an address one for both."""
    kept = {
        name: given[name]
        for name in ("order", "tag", "system", "against", "state", "sample")
        if given.get(name)
    }
    first, second = given.get("rater", ""), given.get("other", "")
    if first and second:
        kept["raters"] = f"{first},{second}"
        # A cell of the matrix stays chosen as long as the matrix is the same.
        if given.get("grades") and given.get("raters") == kept["raters"]:
            kept["grades"] = given["grades"]
    return urlencode(kept)
