"""Writes down what commands change."""

import getpass


def note(action: str, subject: str = "") -> None:
    """Note a command of the present operating system's user in the default workspace."""
    from django.utils import timezone

    from evalhub.models import AuditEvent
    from evalhub.services.audit import Doer, audit
    from evalhub.services.workspaces import workspace_default

    doer = Doer(AuditEvent.Edge.CLI, who=f"{_login()} (command line)")
    audit(workspace_default(), doer, action, subject, now=timezone.now())


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "somebody"
