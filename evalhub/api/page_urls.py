"""Addresses by which scripts do and read what the pages of the dashboard do and show."""

from django.urls import path

from evalhub.api.views.review_work import (
    ItemPassView,
    ItemTakeView,
    ReviewAssignmentsView,
    ReviewPeopleView,
    ReviewStandingView,
    ReviewUndoView,
)

REVIEW = "campaigns/<int:campaign_id>/review"
ITEM = "disagreements/<int:item_id>"

urlpatterns = [
    path(f"{ITEM}/pass", ItemPassView.as_view(), name="disagreement-pass"),
    path(f"{ITEM}/take", ItemTakeView.as_view(), name="disagreement-take"),
    path(f"{REVIEW}/undo", ReviewUndoView.as_view(), name="campaign-review-undo"),
    path(f"{REVIEW}/standing", ReviewStandingView.as_view(), name="campaign-review-standing"),
    path(f"{REVIEW}/people", ReviewPeopleView.as_view(), name="campaign-review-people"),
    path(f"{REVIEW}/assignments", ReviewAssignmentsView.as_view(), name="campaign-review-assignments"),
]
