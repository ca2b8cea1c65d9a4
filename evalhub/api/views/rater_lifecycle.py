"""Adopt and retire rater versions."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ApiView
from evalhub.api.serializers.rater_lifecycle import MeaningSerializer, PromoteSerializer, RetireSerializer
from evalhub.models import ApiToken, RaterVersion
from evalhub.services.rater_lifecycle import meaning_of, rater_promote, rater_retire, rater_unretire


class _VersionView(ApiView):
    """One version; what its name means decides gates, so it takes more than running campaigns does."""

    required_scope = ApiToken.Scope.ADMIN

    def version(self, rater_id: int, number: int) -> RaterVersion:
        """The version of an address.

        Raises:
            Http404: there is none in the workspace.
        """
        versions = RaterVersion.objects.filter(workspace=self.workspace).select_related("rater")
        return get_object_or_404(versions, rater=rater_id, number=number)


class PromoteView(_VersionView):
    """Adoption of a version."""

    @extend_schema(request=PromoteSerializer, responses=MeaningSerializer)
    def post(self, request: Request, rater_id: int, number: int) -> Response:
        """Adopt a version: the rater's bare name means it in new campaigns. Past ones stay as they are."""
        version = self.version(rater_id, number)
        self.given(PromoteSerializer)
        decision = rater_promote(version, user=self.user, now=timezone.now())
        return Response(_meaning(version, is_changed=decision is not None))


class RetireView(_VersionView):
    """Retirement of a version."""

    @extend_schema(request=RetireSerializer, responses=MeaningSerializer)
    def post(self, request: Request, rater_id: int, number: int) -> Response:
        """Offer a version to no new campaign, or bring it back. Its judgments and past campaigns stay."""
        version = self.version(rater_id, number)
        decide = rater_unretire if self.given(RetireSerializer)["undo"] else rater_retire
        decision = decide(version, user=self.user, now=timezone.now())
        return Response(_meaning(version, is_changed=decision is not None))


def _meaning(version: RaterVersion, *, is_changed: bool) -> Any:
    version.rater.refresh_from_db()
    meant = meaning_of(version.rater)
    row = {
        "rater": version.rater.name,
        "number": version.number,
        "retired_at": version.retired_at,
        "is_changed": is_changed,
        "name_means": meant.number if meant else None,
    }
    return MeaningSerializer(row).data
