"""Addresses of messages, schedules and alerts."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from evalhub.dashboard.access import action, page
from evalhub.dashboard.hooks import destinations, schedules
from evalhub.models import ApiToken

ADMIN = ApiToken.Scope.ADMIN  # as over REST: addresses may be secrets


class Switch(StringConverter):
    """What a button does."""

    regex = "pause|resume|remove|restore"


register_converter(Switch, "switch")

urlpatterns = [
    page("notifications/", destinations.notifications, "notifications", ADMIN),
    action("notifications/add", destinations.add, "notification-add", ADMIN),
    page("notifications/<int:webhook_id>/", destinations.notification, "notification", ADMIN),
    action("notifications/<int:webhook_id>/change", destinations.change, "notification-change", ADMIN),
    action("notifications/<int:webhook_id>/test", destinations.test, "notification-test", ADMIN),
    action("notifications/<int:webhook_id>/<switch:to>", destinations.switch, "notification-switch", ADMIN),
    action("deliveries/<int:delivery_id>/again", destinations.again, "delivery-again", ADMIN),
    page("schedules/", schedules.schedules, "schedules"),
    page("schedules/new/", schedules.new, "schedule-new", ApiToken.Scope.RUN),
    action("schedules/add", schedules.add, "schedule-add"),
    page("schedules/<int:schedule_id>/", schedules.schedule, "schedule"),
    page("schedules/<int:schedule_id>/trend.<slug:form>", schedules.trend_file, "schedule-trend-file"),
    action("schedules/<int:schedule_id>/change", schedules.change, "schedule-change"),
    action("schedules/<int:schedule_id>/run", schedules.run_now, "schedule-run"),
    action("schedules/<int:schedule_id>/<switch:to>", schedules.switch, "schedule-switch"),
    action("alerts/<int:alert_id>/dismiss", schedules.dismiss, "alert-dismiss"),
    action("alerts/<int:alert_id>/restore", schedules.undismiss, "alert-restore"),
]
