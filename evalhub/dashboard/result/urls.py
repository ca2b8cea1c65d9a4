"""Addresses of the pages around a result."""

from evalhub.dashboard.access import action, file, page
from evalhub.dashboard.result import changes, report, so_far, table_files, tags, trend

urlpatterns = [
    page("campaigns/<int:campaign_id>/trend/", trend.trend, "trend"),
    page("campaigns/<int:campaign_id>/trend/trend.<slug:form>", trend.trend_file, "trend-file"),
    page("campaigns/<int:campaign_id>/changes/", changes.changes, "changes"),
    page("campaigns/<int:campaign_id>/changes/<slug:table>.csv", changes.changes_file, "changes-file"),
    page("campaigns/<int:campaign_id>/tables/<slug:table>.csv", table_files.table_file, "table-file"),
    page("campaigns/<int:campaign_id>/so-far/", so_far.so_far, "so-far"),
    page("campaigns/<int:campaign_id>/report/", report.report, "report"),
    # Drawn and not read: it takes longer than a page may.
    file("campaigns/<int:campaign_id>/report/report.html", report.report_file, "report-file"),
    action("campaigns/<int:campaign_id>/tags", tags.tag, "campaign-tags"),
]
