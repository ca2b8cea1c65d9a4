"""Addresses of the dashboard."""

from django.urls import path

from evalhub.dashboard import views
from evalhub.dashboard.access import SignIn, SignOut, action, page
from evalhub.dashboard.charts import chart, charts
from evalhub.dashboard.queries.urls import urlpatterns as queries
from evalhub.dashboard.search.urls import urlpatterns as search

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    page("", views.campaigns, "campaign-list"),
    page("campaigns/<int:campaign_id>/", views.campaign, "campaign"),
    action("campaigns/<int:campaign_id>/<slug:name>", views.steer, "campaign-steer"),
    page("campaigns/<int:campaign_id>/charts/", charts, "chart-list"),
    page("campaigns/<int:campaign_id>/charts/<slug:name>.<slug:form>", chart, "chart"),
    *queries,
    *search,
]
