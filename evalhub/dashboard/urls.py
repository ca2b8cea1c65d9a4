"""Addresses of the dashboard."""

from django.urls import path

from evalhub.dashboard import views
from evalhub.dashboard.access import SignIn, SignOut, action, page
from evalhub.dashboard.charts import chart, charts
from evalhub.dashboard.inputs.urls import urlpatterns as inputs_urls

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    page("", views.campaigns, "campaign-list"),
    page("campaigns/<int:campaign_id>/", views.campaign, "campaign"),
    action("campaigns/<int:campaign_id>/<slug:name>", views.steer, "campaign-steer"),
    page("campaigns/<int:campaign_id>/charts/", charts, "chart-list"),
    page("campaigns/<int:campaign_id>/charts/<slug:name>.<slug:form>", chart, "chart"),
    page("campaigns/<int:campaign_id>/queries/", views.queries, "query-list"),
    page("campaigns/<int:campaign_id>/queries/<int:query_id>/", views.query, "query"),
    page("campaigns/<int:campaign_id>/documents/<int:document_id>/<int:part>/", views.document, "document"),
    *inputs_urls,
]
