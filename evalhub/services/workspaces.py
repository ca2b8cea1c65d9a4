"""Workspaces."""

from evalhub.models import Workspace

DEFAULT_SLUG = "default"


def workspace_default() -> Workspace:
    """The workspace everything goes to unless another is named."""
    workspace, _ = Workspace.objects.get_or_create(slug=DEFAULT_SLUG, defaults={"name": "Default"})
    return workspace
