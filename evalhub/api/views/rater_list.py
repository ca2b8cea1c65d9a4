"""Raters: list them, register one."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ListView
from evalhub.api.campaign_schema import rater_request
from evalhub.api.faults import request_error
from evalhub.api.serializers.inputs import RaterSerializer
from evalhub.api.serializers.loop import RaterAddedSerializer
from evalhub.models import Rater
from evalhub.selectors.rater_versions import find_corpus_snapshot
from evalhub.selectors.raters import raters_states
from evalhub.services.rater_add import rater_add
from evalhub.services.spec_inputs.references import rater_from_afar
from raters.fields import UnableToResolveRater


class RatersView(ListView):
    """Raters: who grades."""

    @extend_schema(responses=RaterSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List raters with the versions that their names mean, newest rater first."""
        self.asked()
        return self.page(Rater.objects.filter(workspace=self.workspace), RaterSerializer, raters_states)

    @extend_schema(
        operation_id="raters_add",
        request=rater_request(),
        examples=examples.RATER,
        responses={201: RaterAddedSerializer, 200: RaterAddedSerializer},
    )
    def post(self, request: Request) -> Response:
        """Register a rater without a campaign, such as one with another prompt: an entry as in a spec.

        Its name goes on meaning what it means, so that the new version can be previewed before it is
        promoted. `corpus` is for a calibrated rater, which knows one. An equal one is not made again: 200.
        """
        described = dict(request.data) if isinstance(request.data, dict) else {}
        corpus = described.pop("corpus", None)
        if corpus is not None and not isinstance(corpus, str):
            raise request_error("corpus", "not a name", "Write the name of a corpus.")
        try:
            entry = rater_from_afar(described).model_dump(exclude_none=True)
        except RecursionError as error:
            raise ParseError("the body is nested too deeply") from error
        snapshot = find_corpus_snapshot(self.workspace, corpus) if corpus else None
        try:
            done = rater_add(self.workspace, entry, snapshot=snapshot, user=self.user, now=timezone.now())
        except UnableToResolveRater as error:
            raise request_error(error.field, str(error).partition(": ")[2], "") from error
        address = reverse("api:rater", [done.version.rater_id], request=request)
        return self.made(RaterAddedSerializer(done), address, is_new=done.is_new)
