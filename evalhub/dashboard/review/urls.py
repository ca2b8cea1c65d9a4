"""Addresses of reviews."""

from evalhub.dashboard.access import action, page
from evalhub.dashboard.review import queue_actions, queue_page

REVIEW = "campaigns/<int:campaign_id>/review"

urlpatterns = [
    page(f"{REVIEW}/", queue_page.queue, "review"),
    action(f"{REVIEW}/open", queue_actions.open_queue, "review-open"),
    action(f"{REVIEW}/settings", queue_actions.settings, "review-settings"),
    action(f"{REVIEW}/sample", queue_actions.sample, "review-sample"),
    action(f"{REVIEW}/sample/undo", queue_actions.sample_undo, "review-sample-undo"),
]
