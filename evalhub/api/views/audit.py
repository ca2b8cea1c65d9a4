"""The log of who did what."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ListView
from evalhub.api.serializers.audit import AuditEventSerializer, AuditFilterSerializer
from evalhub.models import ApiToken
from evalhub.selectors.audit import AuditFilter, audit_events


class AuditView(ListView):
    """What was done in the workspace; for admins alone."""

    read_scope = ApiToken.Scope.ADMIN
    query_serializer = AuditFilterSerializer

    @extend_schema(parameters=[AuditFilterSerializer], responses=AuditEventSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List events, newest first: who, when, from where, by which token, what."""
        asked = self.asked()
        given = {name: asked[name] for name in AuditFilter.__slots__ if name in asked}
        rows = audit_events(self.workspace, self.user, AuditFilter(**given))
        return self.page(rows, AuditEventSerializer)
