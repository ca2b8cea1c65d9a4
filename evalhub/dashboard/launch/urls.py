"""Addresses of the page that starts a campaign."""

from evalhub.dashboard.access import Scope, form_page, page
from evalhub.dashboard.launch.views import new, progress

urlpatterns = [
    form_page("campaigns/new/", new, "campaign-new"),
    page("campaigns/new/imports/<int:job_id>/", progress, "campaign-new-import", needs=Scope.RUN),
]
