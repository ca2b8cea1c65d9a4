"""Who a token stands for, and which there are."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from evalhub.models import ApiToken, Membership, Workspace
from evalhub.models.tokens import token_digest
from evalhub.selectors.permissions import role_allows

WHEN = "%Y-%m-%d %H:%M UTC"


def token_find(text: str) -> ApiToken | None:
    """The token of this text, if its user may still sign in.

    Its `role` is what the user is in its workspace at present, None for who is no member any more.
    """
    role = Membership.objects.filter(workspace=OuterRef("workspace"), user=OuterRef("user")).values("role")
    tokens = ApiToken.objects.select_related("user", "workspace").annotate(role=Subquery(role[:1]))
    return tokens.filter(digest=token_digest(text), user__is_active=True).first()


def token_state(token: ApiToken, now: datetime) -> str:
    """Live, expired or revoked."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= now else "live"


def token_problem(token: ApiToken, role: str | None, now: datetime) -> str:
    """Why a known token opens nothing; empty for one that does."""
    if token.revoked_at is not None:
        return f"this token was revoked at {token.revoked_at.strftime(WHEN)}; make another"
    if token.expires_at is not None and token.expires_at <= now:
        return f"this token expired at {token.expires_at.strftime(WHEN)}; make another"
    return "" if role else "the user of this token is no member of its workspace any more"


def tokens_seen(workspace: Workspace, user_id: int, role: str) -> QuerySet[ApiToken]:
    """The tokens that a member may know of: all for an admin, their own for others."""
    rows = ApiToken.objects.filter(workspace=workspace).select_related("user", "made_by")
    return rows if role_allows(role, ApiToken.Scope.ADMIN) else rows.filter(user=user_id)
