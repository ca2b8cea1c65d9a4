"""Reviews: what people may settle, and in what order."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.faults import request_error
from evalhub.api.keyset_pages import KeysetPages
from evalhub.api.serializers.reviews import (
    DisagreementDetailSerializer,
    DisagreementFilterSerializer,
    DisagreementSerializer,
    ReviewSerializer,
    ReviewSettingsSerializer,
    SampleRequestSerializer,
    SampleSerializer,
)
from evalhub.models import Campaign, ReviewItem, ReviewQueue
from evalhub.selectors.progress import job_progress
from evalhub.selectors.review.asked import UnableToChoose, chosen_strictly
from evalhub.selectors.review.counts import review_counts
from evalhub.selectors.review.listed import figures_of_item, listed_pairs, placed_figures
from evalhub.selectors.review.options import Options
from evalhub.services.review.queues import UnableToReview, review_queue_configure, review_queue_open
from evalhub.services.review.samples import review_sample_draw, review_sample_undo

QUEUES = ReviewQueue.objects.select_related("campaign__collection", "job")


class DisagreementsView(ListView):
    """Pairs that people may settle."""

    pagination_class = KeysetPages
    has_lines = False
    query_serializer = DisagreementFilterSerializer

    @extend_schema(
        operation_id="disagreements_list",
        responses=DisagreementSerializer(many=True),
        parameters=[DisagreementFilterSerializer],
    )
    def get(self, request: Request) -> Response:
        """List the pairs of a campaign's review, those first whose label could change most."""
        asked = self.asked()
        queue = self._queue(asked.pop("campaign", None))
        if queue is None:
            return Response({"next": None, "previous": None, "results": []})
        options = Options.of(queue)
        try:
            chosen = chosen_strictly(options, asked)
        except UnableToChoose as error:
            raise request_error(error.field, str(error), "") from error
        pages = self.pagination_class()
        rows = pages.paginate_queryset(placed_figures(queue, chosen), request, self) or []
        listed = listed_pairs(queue, options, rows, self.user)
        return pages.get_paginated_response(DisagreementSerializer(listed, many=True).data)

    def _queue(self, campaign_id: int | None) -> ReviewQueue | None:
        queues = QUEUES.filter(campaign__workspace=self.workspace)
        if campaign_id is None:
            return queues.order_by("-campaign").first()
        found = queues.filter(campaign=campaign_id).first()
        if found is None:
            problem = f"there is no campaign {campaign_id} with a review"
            raise request_error("campaign", problem, f"Open it: POST campaigns/{campaign_id}/review.")
        return found


class DisagreementView(ApiView):
    """One pair."""

    @extend_schema(responses=DisagreementDetailSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        """Show a pair with its whole texts and where each system has it."""
        found = ReviewItem.objects.filter(pk=item_id, queue__campaign__workspace=self.workspace)
        item = found.select_related("queue__campaign__collection").first()
        if item is None:
            raise Http404
        (listed,) = listed_pairs(item.queue, Options.of(item.queue), [figures_of_item(item)], self.user)
        return Response(DisagreementDetailSerializer(listed).data)


class ReviewView(ApiView):
    """The review of a campaign."""

    @extend_schema(responses=ReviewSerializer)
    def get(self, request: Request, campaign_id: int) -> Response:
        """Show the settings of a review, how much is done, and the keys that filters use."""
        return Response(_shown(self._queue(campaign_id)))

    @extend_schema(request=None, responses={202: ReviewSerializer, 200: ReviewSerializer})
    def post(self, request: Request, campaign_id: int) -> Response:
        """Open the review of a done campaign: 202 and a job collects its pairs, 200 where it is open."""
        campaign = self.own(Campaign.objects.select_related("collection", "score_job"), campaign_id)
        is_new = not ReviewQueue.objects.filter(campaign=campaign).exists()
        queue = review_queue_open(campaign, now=timezone.now())
        address = reverse("api:campaign-review", [campaign_id], request=request)
        return Response(_shown(queue), 202 if is_new else 200, headers={"Location": address})

    @extend_schema(request=ReviewSettingsSerializer, responses=ReviewSerializer)
    def patch(self, request: Request, campaign_id: int) -> Response:
        """Change settings; another overlap holds for the pairs that nobody looked at."""
        queue = self._queue(campaign_id)
        given = self.given(ReviewSettingsSerializer)
        try:
            review_queue_configure(queue, **given)
        except UnableToReview as error:
            raise request_error(error.field, str(error), "") from error
        return Response(_shown(queue))

    def _queue(self, campaign_id: int) -> ReviewQueue:
        found = QUEUES.filter(campaign__workspace=self.workspace, campaign=campaign_id).first()
        if found is None:
            raise Http404
        return found


class ReviewSampleView(ReviewView):
    """The probability sample of a review."""

    http_method_names = ["post", "delete"]
    makes_anew = True

    @extend_schema(
        request=SampleRequestSerializer, examples=examples.SAMPLE, responses={201: SampleSerializer}
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        """Draw open pairs at random, each with the same probability, which is kept with its label."""
        queue = self._queue(campaign_id)
        given = self.given(SampleRequestSerializer)
        if not given["extend"] and review_counts(queue).n_sample:
            raise request_error(
                "extend", "a sample was drawn already", "Send true where it is to grow by n pairs."
            )
        try:
            sample = review_sample_draw(queue, given["n"], seed=given["seed"])
        except UnableToReview as error:
            raise request_error(error.field or "n", str(error), "") from error
        return Response(SampleSerializer(sample).data, 201)

    @extend_schema(operation_id="campaigns_review_sample_undo", responses={200: ReviewSerializer})
    def delete(self, request: Request, campaign_id: int) -> Response:
        """Forget a sample of which no pair is graded yet; refused where its labels stand."""
        queue = self._queue(campaign_id)
        review_sample_undo(queue)
        return Response(_shown(queue))


def _shown(queue: ReviewQueue) -> Any:
    options = Options.of(queue)
    return ReviewSerializer(
        {
            "queue": queue,
            "job": job_progress(queue.job.pk, now=timezone.now()) if queue.job else None,
            "counts": review_counts(queue),
            "graders": [{"key": key, "name": name} for key, name in options.graders.items()],
            "systems": [{"key": key, "name": name} for key, name in options.systems.items()],
        }
    ).data
