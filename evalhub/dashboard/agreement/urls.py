"""Addresses of the pages of agreement."""

from evalhub.dashboard.access import Scope, action, page
from evalhub.dashboard.agreement import charts, passport, views

urlpatterns = [
    page("agreement/", views.collections, "agreement-collections"),
    page("agreement/<int:collection_id>/", views.overview, "agreement"),
    page("agreement/<int:collection_id>/pair/", views.pair, "agreement-pair"),
    page("agreement/<int:collection_id>/charts/<slug:name>.<slug:form>", charts.chart, "agreement-chart"),
    action("agreement/<int:collection_id>/ask", views.ask, "agreement-ask", needs=Scope.READ),
    page("raters/<int:rater_id>/versions/<int:number>/", passport.passport, "rater-passport"),
    action(
        "raters/<int:rater_id>/versions/<int:number>/<slug:name>",
        passport.decide,
        "rater-decide",
        needs=Scope.ADMIN,
    ),
]
