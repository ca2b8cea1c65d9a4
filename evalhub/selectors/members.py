"""Who is a member of what."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from evalhub.models import ApiToken, Invitation, Membership, Workspace
from evalhub.selectors.permissions import roles_that

CHOSEN = "workspace"
"""Where a session keeps the key of the workspace that its person chose."""


def memberships_of(user: User) -> list[Membership]:
    """A user's workspaces, the one joined first at the top."""
    known: list[Membership] | None = getattr(user, "known_memberships", None)
    return member_rows(user.pk) if known is None else known


def member_rows(user_id: int | str) -> list[Membership]:
    """Where the user of this key belongs, with the user."""
    rows = Membership.objects.filter(user_id=user_id).select_related("user", "workspace")
    return list(rows.order_by("created_at", "pk"))


def membership_chosen(memberships: Sequence[Membership], workspace_id: object) -> Membership | None:
    """The membership of the chosen workspace; without a choice that holds still, the first."""
    chosen = (one for one in memberships if one.workspace_id == workspace_id)
    return next(chosen, memberships[0] if memberships else None)


def members_listed(workspace: Workspace) -> list[Membership]:
    """The members of a workspace, by name."""
    rows = Membership.objects.filter(workspace=workspace).select_related("user", "workspace")
    return list(rows.order_by("user__username"))


def invitations_open(workspace: Workspace, now: datetime) -> list[Invitation]:
    """Invitations that can still be used, newest first."""
    rows = Invitation.objects.filter(
        workspace=workspace, used_at=None, withdrawn_at=None, expires_at__gt=now
    ).select_related("made_by")
    return list(rows.order_by("-pk")[:200])


def operators() -> list[str]:
    """Whom to ask who belongs nowhere: those who run the installation."""
    rows = User.objects.filter(is_superuser=True, is_active=True).order_by("username")
    return list(rows.values_list("username", flat=True)[:10])


def reviewers_of(workspace: Workspace) -> QuerySet[User]:
    """Members who may grade; who else there is on this installation is nobody's business."""
    roles = roles_that(ApiToken.Scope.REVIEW)
    places = Membership.objects.filter(workspace=workspace, role__in=roles)
    return User.objects.filter(is_active=True, pk__in=places.values("user"))
