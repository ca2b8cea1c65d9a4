"""Addresses of grading, adjudication, histories and people."""

from evalhub.dashboard.access import action, page
from evalhub.dashboard.review import desk, desk_actions

REVIEW = "campaigns/<int:campaign_id>/review"
ITEM = f"{REVIEW}/items/<int:item_id>"

urlpatterns = [
    page(f"{REVIEW}/pair/", desk.pair, "review-pair"),
    action(f"{REVIEW}/pair/next", desk.following, "review-next"),
    action(f"{REVIEW}/undo", desk_actions.undo, "review-undo"),
    action(f"{ITEM}/grade", desk_actions.grade, "review-grade"),
    action(f"{ITEM}/pass", desk_actions.pass_on, "review-pass"),
]
