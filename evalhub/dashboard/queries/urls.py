"""Addresses of queries and documents."""

from evalhub.dashboard.access import page
from evalhub.dashboard.queries import views

CAMPAIGN = "campaigns/<int:campaign_id>"

urlpatterns = [
    page(f"{CAMPAIGN}/queries/", views.queries, "query-list"),
    page(f"{CAMPAIGN}/queries/<int:query_id>/", views.query, "query"),
    page(f"{CAMPAIGN}/documents/<int:document_id>/<int:part>/", views.document, "document"),
]
