"""Has every view of the API write down what was done, so that no new one can be forgotten."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from evalhub.api.idempotency import REPLAYED
from evalhub.api.permissions import place_of
from evalhub.models import ApiToken, AuditEvent
from evalhub.services.addresses import client_address
from evalhub.services.audit import Doer, audit

FIRST_ERROR = 400


class Audited(APIView):
    """Notes each request that changed something: method, address and path, never the body."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Note it once, when it is known to have succeeded; an answer given again did nothing."""
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        asked = self.request
        is_done = answer.status_code < FIRST_ERROR and asked.method not in SAFE_METHODS
        if is_done and REPLAYED not in answer and asked.user.is_authenticated:
            match = asked.resolver_match
            action = f"{asked.method} {match.url_name if match else ''}"
            audit(place_of(asked).workspace, _doer(asked), action, asked.path, now=timezone.now())
        return answer


def _doer(request: Request) -> Doer:
    return Doer(
        AuditEvent.Edge.REST,
        user=cast(User, request.user),
        token=request.auth if isinstance(request.auth, ApiToken) else None,
        address=client_address(request.META),
    )
