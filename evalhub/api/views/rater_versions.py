"""What raters are made of."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ApiView, ListView
from evalhub.api.serializers.inputs import RaterVersionSerializer
from evalhub.api.serializers.rater_versions import (
    DiffFilterSerializer,
    RaterDetailsSerializer,
    RaterDiffSerializer,
    VersionFilterSerializer,
)
from evalhub.models import Rater, RaterVersion
from evalhub.selectors.rater_diff import rater_details, versions_diff
from evalhub.selectors.rater_versions import find_rater_version, version_of


class RaterView(ApiView):
    """One rater."""

    @extend_schema(parameters=[VersionFilterSerializer], responses=RaterDetailsSerializer)
    def get(self, request: Request, rater_id: int) -> Response:
        """Show everything that makes a version of a rater: prompt, grades, examples, members, settings."""
        rater = self.own(Rater.objects.all(), rater_id)
        checked = VersionFilterSerializer(data=request.query_params)
        checked.is_valid(raise_exception=True)
        version = version_of(rater, checked.validated_data.get("version"))
        return Response(rater_details(version))


class RaterVersionsView(ListView):
    """The versions of a rater."""

    @extend_schema(responses=RaterVersionSerializer(many=True))
    def get(self, request: Request, rater_id: int) -> Response:
        """List the versions of a rater, newest first."""
        rater = self.own(Rater.objects.all(), rater_id)
        self.asked()
        return self.page(RaterVersion.objects.filter(rater=rater), RaterVersionSerializer)


class RaterDiffView(ApiView):
    """Two versions side by side."""

    @extend_schema(parameters=[DiffFilterSerializer], responses=RaterDiffSerializer)
    def get(self, request: Request, rater_id: int) -> Response:
        """Show what is different in a version of this rater: fields, and the lines of the prompt."""
        rater = self.own(Rater.objects.all(), rater_id)
        checked = DiffFilterSerializer(data=request.query_params)
        checked.is_valid(raise_exception=True)
        old = find_rater_version(self.workspace, checked.validated_data["with"])
        return Response(versions_diff(old, version_of(rater, checked.validated_data.get("version"))))
