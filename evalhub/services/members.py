"""Make people members of workspaces, change their roles, and let them go."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.errors import UserError
from evalhub.models import ApiToken, Membership, Role, Workspace


class UnableToChangeMembers(UserError):
    """The workspace would be left without an admin, or the role is none; the message says what to do."""


def member_ensure(workspace: Workspace, user: User, role: str) -> Membership:
    """Make a user a member unless they are; who is one keeps the role.

    Raises:
        UnableToChangeMembers: there is no such role.
    """
    found, _ = Membership.objects.get_or_create(
        workspace=workspace, user=user, defaults={"role": _known(role)}
    )
    return found


@transaction.atomic
def member_set_role(membership: Membership, role: str) -> Membership:
    """Give a member another role; their tokens can do no more than it from now on.

    Raises:
        UnableToChangeMembers: there is no such role, or it was the last admin's.
    """
    _known(role)
    if role != Role.ADMIN:
        _another_admin(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def member_remove(membership: Membership, *, now: datetime) -> int:
    """Take somebody out of a workspace and revoke their tokens there; returns how many those were.

    Raises:
        UnableToChangeMembers: nobody would be left who may change members.
    """
    _another_admin(membership)
    live = ApiToken.objects.filter(
        workspace=membership.workspace_id, user=membership.user_id, revoked_at=None
    )
    n_revoked = live.update(revoked_at=now)
    membership.delete()
    return n_revoked


def _another_admin(membership: Membership) -> None:
    """See that the workspace keeps an admin.

    The workspace's row is locked, so that two admins who remove each other at once do not both succeed.

    Raises:
        UnableToChangeMembers: it would not.
    """
    Workspace.objects.select_for_update().get(pk=membership.workspace_id)
    admins = Membership.objects.filter(workspace=membership.workspace_id, role=Role.ADMIN)
    if admins.filter(pk=membership.pk).exists() and not admins.exclude(pk=membership.pk).exists():
        raise UnableToChangeMembers(
            f"{membership.user.get_username()} is the last admin of {membership.workspace}; "
            "make somebody else admin first"
        )


def _known(role: str) -> str:
    if role not in Role.values:
        raise UnableToChangeMembers(f'there is no role "{role}"; choose one of: {", ".join(Role.values)}')
    return role
