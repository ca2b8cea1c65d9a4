"""Alerts that scheduled campaigns raised."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ApiView, ListView
from evalhub.api.serializers.schedules import AlertSerializer
from evalhub.models import Alert, Workspace
from evalhub.services.schedule_checks import alert_dismiss, alert_restore


class AlertsView(ListView):
    """All alerts."""

    @extend_schema(responses=AlertSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List alerts, newest first, dismissed ones among them."""
        self.asked()
        return self.page(_alerts(self.workspace), AlertSerializer)


class AlertDismissalView(ApiView):
    """Whether an alert was put away."""

    @extend_schema(request=None, responses={200: AlertSerializer})
    def post(self, request: Request, alert_id: int) -> Response:
        """Put an alert away; what lasts is raised anew only after that."""
        alert = self._alert(alert_id)
        alert_dismiss(alert, user=self.user, now=timezone.now())
        return self._shown(alert)

    @extend_schema(responses={200: AlertSerializer})
    def delete(self, request: Request, alert_id: int) -> Response:
        """Take that back."""
        alert = self._alert(alert_id)
        alert_restore(alert)
        return self._shown(alert)

    def _alert(self, alert_id: int) -> Alert:
        found = _alerts(self.workspace).filter(pk=alert_id).first()
        if found is None:
            raise Http404
        return found

    def _shown(self, alert: Alert) -> Response:
        alert.refresh_from_db()
        return Response(AlertSerializer(alert).data)


def _alerts(workspace: Workspace) -> QuerySet[Alert]:
    return Alert.objects.filter(schedule__workspace=workspace, schedule__removed_at=None)
