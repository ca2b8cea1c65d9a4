"""Which other campaign a gate holds this one against, and whether the two compare."""

from django.db.models import QuerySet

from evalhub.core.gate import Outcome
from evalhub.models import Campaign, Score, Workspace
from evalhub.selectors.campaign_rows import CampaignRows

PASSED = (Outcome.PASS.value, "")
"""A campaign without a gate passes, as its exit code does."""


def last_passing(workspace: Workspace, name: str, branch: str) -> Campaign | None:
    """The newest campaign of a name on a branch that is done and passed its gate, or had none."""
    return passing(workspace, name, branch).order_by("-created_at", "-pk").first()


def passing(workspace: Workspace, name: str, branch: str) -> QuerySet[Campaign]:
    """All of them."""
    return Campaign.objects.filter(
        workspace=workspace,
        name=name,
        branch=branch,
        state=Campaign.State.DONE,
        gate_outcome__in=PASSED,
    )


def incomparable(ours: CampaignRows, theirs: CampaignRows, score: Score) -> str:
    """Why a measure of two campaigns is on different scales; empty where it is on one."""
    now, before = ours.campaign, theirs.campaign
    if score.rater_version_id is None:
        if (now.collection_id, now.gold_version) != (before.collection_id, before.gold_version):
            return "other gold labels"
        return ""
    if now.weights != before.weights:
        return f"weights {before.weights}, here {now.weights}"
    if score.rater_version_id not in theirs.rater_names:
        return f'not graded by this version of "{ours.rater_names[score.rater_version_id]}"'
    return ""


def baseline_score(theirs: CampaignRows, score: Score, system: str) -> Score | None:
    """The same measure by the same rater of a system of the other campaign."""
    names = theirs.system_names
    same = (
        row
        for row in theirs.scores
        if row.measure == score.measure and row.rater_version_id == score.rater_version_id
    )
    return next((row for row in same if names[row.system_id] == system), None)
