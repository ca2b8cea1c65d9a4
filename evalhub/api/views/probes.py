"""Try-outs: have a rater version grade one pair."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView
from evalhub.api.faults import request_error
from evalhub.api.serializers.probes import ProbeRequestSerializer, ProbeSerializer
from evalhub.models import RaterProbe, RaterVersion
from evalhub.selectors.inputs.probes import probe_state
from evalhub.services.probes import Typed, UnableToProbe, probe_start


class ProbesView(ApiView):
    """Try-outs of a rater version."""

    @extend_schema(request=ProbeRequestSerializer, responses={202: ProbeSerializer})
    def post(self, request: Request, rater_id: int, number: int) -> Response:
        """Have a version grade one pair; look at the address in Location until its job is done.

        A hosted rater is called once, which costs what one pair costs and is in the ledger. A pair that the
        version graded before is not graded again.
        """
        versions = RaterVersion.objects.filter(workspace=self.workspace).select_related("rater", "workspace")
        version = get_object_or_404(versions, rater=rater_id, number=number)
        given = self.given(ProbeRequestSerializer)
        try:
            probe = probe_start(version, Typed(**given), now=timezone.now())
        except UnableToProbe as error:
            raise request_error(error.field, str(error), "") from error
        address = reverse("api:rater-probe", [rater_id, number, probe.pk], request=request)
        return Response(_shown(probe), 202, headers={"Location": address})


class ProbeView(ApiView):
    """One try-out."""

    @extend_schema(responses=ProbeSerializer)
    def get(self, request: Request, rater_id: int, number: int, probe_id: int) -> Response:
        """Show how far a try-out is, and its outcome."""
        rows = RaterProbe.objects.filter(
            rater_version__workspace=self.workspace, rater_version__rater=rater_id
        )
        found = rows.filter(rater_version__number=number, pk=probe_id).exclude(job=None)
        probe = found.select_related("rater_version__rater").first()
        if probe is None:
            raise Http404
        return Response(_shown(probe))


def _shown(probe: RaterProbe) -> Any:
    return ProbeSerializer(probe_state(probe, now=timezone.now()).to_dict()).data
