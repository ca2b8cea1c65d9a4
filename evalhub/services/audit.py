"""Write down who did what; nothing that is secret is ever handed in."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from evalhub.models import ApiToken, AuditEvent, Workspace

MAX_WHO, MAX_ACTION, MAX_SUBJECT, MAX_TOKEN = 150, 100, 300, 120


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it, by which way in and from where; `who` where no user stands behind it."""

    edge: str
    user: User | None = None
    who: str = ""
    token: ApiToken | None = None
    address: str | None = None


def audit(
    workspace: Workspace | None, doer: Doer, action: str, subject: str = "", *, now: datetime
) -> AuditEvent:
    """Add an event.

    Args:
        workspace: None for what is of no workspace, such as a failed sign-in.
        subject: a path, or a name; no body and no parameter of an address.
    """
    token = doer.token
    return AuditEvent.objects.create(
        workspace=workspace,
        at=now,
        edge=doer.edge,
        user=doer.user,
        who=_cut(doer.user.get_username() if doer.user else doer.who, MAX_WHO),
        token=token,
        token_name=_cut(f"{token.prefix} {token.name}".strip(), MAX_TOKEN) if token else "",
        action=_cut(action, MAX_ACTION),
        subject=_cut(subject, MAX_SUBJECT),
        address=doer.address,
    )


def _cut(text: str, n: int) -> str:
    """What a column can hold; databases refuse NUL."""
    return text.replace("\0", "")[:n]
