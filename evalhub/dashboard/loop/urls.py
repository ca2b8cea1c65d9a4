"""Addresses of the next version of a rater."""

from evalhub.dashboard.access import Scope, action, file, page
from evalhub.dashboard.loop import actions, pages

NEXT = "raters/<int:rater_id>/versions/<int:number>/next"

# Before the steering of campaigns, whose address holds any word.
campaign_urlpatterns = [file("campaigns/<int:campaign_id>/next-version", pages.of_campaign, "campaign-next")]
urlpatterns = [
    page(f"{NEXT}/", pages.next_version, "rater-next"),
    page(f"{NEXT}/held-out/", pages.held_out_report, "rater-next-held-out"),
    page(f"{NEXT}/flips/", pages.flips, "rater-next-flips"),
    action(f"{NEXT}/train", actions.train, "rater-next-train"),
    action(f"{NEXT}/preview", actions.preview, "rater-next-preview"),
    action(f"{NEXT}/adopt", actions.adopt, "rater-next-adopt", needs=Scope.ADMIN),
]
