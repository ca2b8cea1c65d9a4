"""Has every view of the API write down what was done, so that no new one can be forgotten."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evalhub.api.permissions import place_of
from evalhub.models import ApiToken, AuditEvent
from evalhub.services.addresses import client_address
from evalhub.services.audit import Doer, audit

FIRST_ERROR = 400
NOTED = "evalhub_is_noted"


class Audited(APIView):
    """Notes each request that changed something: method, address and path, never the body."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Note it once it is known to have succeeded."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        is_done = answer.status_code < FIRST_ERROR and request.method not in SAFE_METHODS
        # An answer that is kept for a repeated request is made final before it is stored, and again after.
        if is_done and request.user.is_authenticated and not hasattr(request._request, NOTED):
            setattr(request._request, NOTED, True)
            match = request.resolver_match
            action = f"{request.method} {match.url_name if match else ''}"
            audit(place_of(request).workspace, _doer(request), action, request.path, now=timezone.now())
        return answer


def _doer(request: Request) -> Doer:
    return Doer(
        AuditEvent.Edge.REST,
        user=cast(User, request.user),
        token=request.auth if isinstance(request.auth, ApiToken) else None,
        address=client_address(request.META),
    )
