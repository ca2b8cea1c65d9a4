"""Addresses of the pages around a result."""

from evalhub.dashboard.access import action, page
from evalhub.dashboard.result import changes, tags, trend

urlpatterns = [
    page("campaigns/<int:campaign_id>/trend/", trend.trend, "trend"),
    page("campaigns/<int:campaign_id>/trend/trend.<slug:form>", trend.trend_file, "trend-file"),
    page("campaigns/<int:campaign_id>/changes/", changes.changes, "changes"),
    action("campaigns/<int:campaign_id>/tags", tags.tag, "campaign-tags"),
]
