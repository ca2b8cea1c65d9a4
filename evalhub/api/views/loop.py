"""From labels to an adopted version: train, compare, preview."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView, ListView
from evalhub.api.faults import request_error
from evalhub.api.named import find_collection
from evalhub.api.serializers.loop import (
    HeldOutQuerySerializer,
    HeldOutSerializer,
    NextSerializer,
    PreviewRequestSerializer,
    PreviewSerializer,
)
from evalhub.api.serializers.trainings import TrainingSerializer
from evalhub.models import Campaign, FlipPreview, RaterVersion
from evalhub.selectors.fine_tunings import fine_tuning_state
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.selectors.loop.held_out import held_out
from evalhub.selectors.loop.previews import find_preview, preview_state
from evalhub.selectors.rater_versions import find_rater_version, gold_snapshot
from evalhub.services.next_version import next_version_start
from evalhub.services.previews import PreviewAsked, UnableToPreview, preview_start


class NextView(ApiView):
    """The next version of a rater."""

    @extend_schema(parameters=[HeldOutQuerySerializer], responses=HeldOutSerializer)
    def get(self, request: Request, rater_id: int, number: int) -> Response:
        """Hold a candidate against this version on the queries that neither learnt from."""
        old = self._version(rater_id, number)
        checked = HeldOutQuerySerializer(data=request.query_params)
        checked.is_valid(raise_exception=True)
        source = self._source(dict(checked.validated_data))
        new = find_rater_version(self.workspace, checked.validated_data["candidate"])
        report = held_out(old, new, source.collection, source.snapshot)
        return Response(HeldOutSerializer(report.to_dict()).data)

    @extend_schema(request=NextSerializer, responses={201: TrainingSerializer, 200: TrainingSerializer})
    def post(self, request: Request, rater_id: int, number: int) -> Response:
        """Train the next version of this rater from gold labels; its name goes on meaning what it means.

        What is missing is said where the labels do not reach. The same labels are the same training: 200.
        """
        version = self._version(rater_id, number)
        source, asked_at = self._source(self.given(NextSerializer)), timezone.now()
        tuning = next_version_start(version, source, user=self.user, now=asked_at)
        address = reverse("api:training", [tuning.pk], request=request)
        shown = TrainingSerializer(fine_tuning_state(tuning.pk, now=timezone.now()))
        return self.made(shown, address, is_new=tuning.created_at >= asked_at)

    def _version(self, rater_id: int, number: int) -> RaterVersion:
        versions = RaterVersion.objects.filter(workspace=self.workspace).select_related("rater", "workspace")
        return get_object_or_404(versions, rater=rater_id, number=number)

    def _source(self, given: dict[str, Any]) -> GoldSource:
        collection = find_collection(self.workspace, given["queries"])
        return GoldSource.current(collection, gold_snapshot(collection, given.get("corpus")))


class PreviewsView(ListView):
    """Flip previews."""

    @extend_schema(responses=PreviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List flip previews, newest first."""
        self.asked()
        rows = FlipPreview.objects.filter(workspace=self.workspace).exclude(job=None)
        return self.page(rows.select_related("old__rater", "new__rater", "job"), PreviewSerializer, _states)

    @extend_schema(
        request=PreviewRequestSerializer, responses={202: PreviewSerializer, 200: PreviewSerializer}
    )
    def post(self, request: Request) -> Response:
        """Have a version rate a sample of past campaigns' pairs, to see which verdicts would flip under it.

        Look at the address in Location until its jobs are done. Each pair is paid once; nothing is adopted.
        The same question again is the same preview; one that stopped goes on, with the budget given now.
        """
        given = self.given(PreviewRequestSerializer)
        asked = PreviewAsked(
            old=find_rater_version(self.workspace, given["old"]),
            new=find_rater_version(self.workspace, given["new"]),
            campaigns=self._campaigns(given.get("campaigns", [])),
            n_pairs=given["pairs"],
            seed=given["seed"],
            budget_usd=given.get("budget_usd"),
        )
        try:
            preview = preview_start(asked, user=self.user, now=timezone.now())
        except UnableToPreview as error:
            raise request_error(error.field, str(error), "") from error
        state = preview_state(preview, now=timezone.now())
        address = reverse("api:preview", [preview.pk], request=request)
        status = 200 if state.is_done else 202
        return Response(PreviewSerializer(state.to_dict()).data, status, headers={"Location": address})

    def _campaigns(self, keys: list[int]) -> list[Campaign]:
        found = list(Campaign.objects.filter(workspace=self.workspace, pk__in=keys))
        if missing := sorted(set(keys) - {campaign.pk for campaign in found}):
            raise request_error("campaigns", f"there is no campaign {missing[0]}", "List them by GET.")
        return found


class PreviewView(ApiView):
    """One flip preview."""

    @extend_schema(responses=PreviewSerializer)
    def get(self, request: Request, preview_id: int) -> Response:
        """Show how far a preview is, and which verdicts would flip."""
        preview = find_preview(self.workspace, preview_id)
        if preview is None:
            raise Http404
        return Response(PreviewSerializer(preview_state(preview, now=timezone.now()).to_dict()).data)


def _states(rows: list[FlipPreview]) -> list[dict[str, Any]]:
    return [preview_state(row, now=timezone.now()).to_dict() for row in rows]
