"""Addresses of the dashboard."""

from django.urls import path

from evalhub.dashboard import views
from evalhub.dashboard.access import action, page
from evalhub.dashboard.agreement.urls import urlpatterns as agreement_urls
from evalhub.dashboard.charts import chart, charts
from evalhub.dashboard.hooks.urls import urlpatterns as hooks_urls
from evalhub.dashboard.inputs.urls import urlpatterns as inputs_urls
from evalhub.dashboard.launch.urls import urlpatterns as launch_urls
from evalhub.dashboard.loop.urls import campaign_urlpatterns as loop_campaign_urls
from evalhub.dashboard.loop.urls import urlpatterns as loop_urls
from evalhub.dashboard.members import oidc
from evalhub.dashboard.members.sign_in import SignIn, SignOut
from evalhub.dashboard.members.urls import urlpatterns as members_urls
from evalhub.dashboard.queries.urls import urlpatterns as queries_urls
from evalhub.dashboard.result.urls import urlpatterns as result_urls
from evalhub.dashboard.review.desk_urls import urlpatterns as desk_urls
from evalhub.dashboard.review.urls import urlpatterns as review_urls
from evalhub.dashboard.search.urls import urlpatterns as search_urls

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-in/oidc/", oidc.begin, name="oidc-begin"),
    path("sign-in/oidc/callback/", oidc.callback, name="oidc-callback"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    page("", views.campaigns, "campaign-list"),
    *launch_urls,
    page("campaigns/<int:campaign_id>/", views.campaign, "campaign"),
    # Before the steering, whose address holds any word.
    *result_urls,
    *loop_campaign_urls,
    action("campaigns/<int:campaign_id>/<slug:name>", views.steer, "campaign-steer"),
    page("campaigns/<int:campaign_id>/charts/", charts, "chart-list"),
    page("campaigns/<int:campaign_id>/charts/<slug:name>.<slug:form>", chart, "chart"),
    *queries_urls,
    *review_urls,
    *desk_urls,
    *search_urls,
    *inputs_urls,
    *members_urls,
    *hooks_urls,
    # After the try-outs of a version, since a decision may be any word.
    *agreement_urls,
    *loop_urls,
]
