"""What was done, by whom."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from evalhub.models import AuditEvent, Workspace

COLUMNS = ("at", "edge", "who", "token", "action", "subject", "address")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events; empty fields leave nothing out.

    Attributes:
        action: a part of what was done.
        since: the first day, UTC.
        until: the last day, UTC.
    """

    who: str = ""
    edge: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


def audit_events(workspace: Workspace, user: User, asked: AuditFilter) -> QuerySet[AuditEvent]:
    """Events of a workspace, newest first; who runs the installation also sees those of no workspace."""
    nowhere = Q(workspace=None) if user.is_superuser else Q(pk__in=())
    rows = AuditEvent.objects.filter(Q(workspace=workspace) | nowhere).order_by("-pk")
    if asked.who:
        rows = rows.filter(who=asked.who)
    if asked.edge:
        rows = rows.filter(edge=asked.edge)
    if asked.action:
        rows = rows.filter(action__icontains=asked.action)
    if asked.since:
        rows = rows.filter(at__date__gte=asked.since)
    if asked.until:
        rows = rows.filter(at__date__lt=asked.until + timedelta(days=1))
    return rows


def audit_row(event: AuditEvent) -> dict[str, str]:
    """An event as a row of a file."""
    row = {name: getattr(event, name) or "" for name in COLUMNS if name not in {"at", "token"}}
    return row | {"at": event.at.isoformat(), "token": event.token_name}
