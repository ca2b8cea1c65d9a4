"""Addresses of the search box."""

from evalhub.dashboard.access import Scope, action, page
from evalhub.dashboard.search import views
from evalhub.dashboard.search.grading import grade

urlpatterns = [
    page("search/", views.search, "search"),
    action("search/ask", views.ask, "search-ask", needs=Scope.READ),
    page("search/queries/", views.queries, "search-queries"),
    page("search/<int:search_id>/", views.result, "search-result"),
    page("search/<int:search_id>/beside/<int:beside_id>/", views.result, "search-beside"),
    page("search/<int:search_id>/documents/<int:document_id>/<int:part>/", views.document, "search-document"),
    action("search/<int:search_id>/grade", grade, "search-grade", needs=Scope.REVIEW),
]
