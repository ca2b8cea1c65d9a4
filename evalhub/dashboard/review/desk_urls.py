"""Addresses of grading, adjudication, histories and people."""

from evalhub.dashboard.access import Scope, action, page
from evalhub.dashboard.review import desk, desk_actions, differ_page, item_page, people_page

REVIEW = "campaigns/<int:campaign_id>/review"
ITEM = f"{REVIEW}/items/<int:item_id>"

urlpatterns = [
    page(f"{REVIEW}/pair/", desk.pair, "review-pair", needs=Scope.REVIEW),
    action(f"{REVIEW}/pair/next", desk.following, "review-next", needs=Scope.REVIEW),
    action(f"{REVIEW}/undo", desk_actions.undo, "review-undo", needs=Scope.REVIEW),
    page(f"{REVIEW}/differ/", differ_page.differ, "review-differ"),
    page(f"{REVIEW}/people/", people_page.people, "review-people"),
    action(f"{REVIEW}/people/assign", people_page.assign, "review-assign"),
    action(f"{REVIEW}/people/unassign", people_page.unassign, "review-unassign"),
    page(f"{ITEM}/", item_page.item_page, "review-item"),
    action(f"{ITEM}/settle", differ_page.settle, "review-settle", needs=Scope.REVIEW),
    action(f"{ITEM}/unsettle", differ_page.unsettle, "review-unsettle", needs=Scope.REVIEW),
    action(f"{ITEM}/grade", desk_actions.grade, "review-grade", needs=Scope.REVIEW),
    action(f"{ITEM}/pass", desk_actions.pass_on, "review-pass", needs=Scope.REVIEW),
]
