"""Workspaces."""

from evalhub.models import Workspace


def workspace_default() -> Workspace:
    """The workspace everything goes to unless another is named."""
    workspace, _ = Workspace.objects.get_or_create(slug="default", defaults={"name": "Default"})
    return workspace
