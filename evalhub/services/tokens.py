"""Make, use and revoke API tokens."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from evalhub.core.errors import UserError
from evalhub.models import ApiToken, Membership, Workspace
from evalhub.models.tokens import token_digest
from evalhub.selectors.permissions import scopes_grantable

PREFIX = "evh_"
SHOWN = 8
MOST_DAYS = 3650
MAX_NAME = 100
# A poll every second must not write every second.
USE_NOTED_EVERY = timedelta(minutes=1)


class UnableToMakeToken(UserError):
    """The scope is above the user's role, or a field can not be.

    Attributes:
        field: "scope", "days" or "name".
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def token_create(workspace: Workspace, user: User, scope: str) -> str:
    """Make a token without asking what its user may have; its text is returned once and kept nowhere."""
    return _stored(ApiToken(workspace=workspace, user=user, scope=scope))


def token_make(
    membership: Membership,
    scope: str,
    *,
    name: str = "",
    days: int | None = None,
    made_by: User | None = None,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token of a member; also returns its text, which is kept nowhere.

    Args:
        days: after which it expires; None for never.

    Raises:
        UnableToMakeToken: see there.
    """
    grantable = scopes_grantable(membership.role)
    if scope not in grantable:
        problem = (
            f'"{scope}" is above the role of {membership.user.get_username()}, who is '
            f"{membership.role} here; choose one of: {', '.join(grantable)}"
        )
        raise UnableToMakeToken("scope", problem)
    if days is not None and not 1 <= days <= MOST_DAYS:
        problem = f"give a whole number from 1 to {MOST_DAYS}, or none for a token that never expires"
        raise UnableToMakeToken("days", problem)
    if len(name) > MAX_NAME or not (name.isprintable() or name == ""):
        raise UnableToMakeToken("name", f"a name is one line of up to {MAX_NAME} characters")
    made = ApiToken(
        workspace=membership.workspace,
        user=membership.user,
        scope=scope,
        name=name,
        made_by=made_by,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    return made, _stored(made)


def token_revoke(token: ApiToken, *, now: datetime) -> None:
    """Make a token useless from now on; one that is revoked stays as it is."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
    token.refresh_from_db(fields=["revoked_at"])


def token_used(token: ApiToken, *, now: datetime) -> None:
    """Note that a token was used, at most once a minute."""
    stale = now - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at <= stale:
        due = Q(last_used_at=None) | Q(last_used_at__lte=stale)
        ApiToken.objects.filter(due, pk=token.pk).update(last_used_at=now)


def _stored(token: ApiToken) -> str:
    text = PREFIX + secrets.token_urlsafe(32)
    token.digest, token.prefix = token_digest(text), text[:SHOWN]
    token.save(force_insert=True)
    return text
