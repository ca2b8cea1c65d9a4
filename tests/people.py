"""People with a place in a workspace."""

from django.contrib.auth.models import User

from evalhub.models import Role, Workspace
from evalhub.services.members import member_ensure
from evalhub.services.workspaces import workspace_default


def person(username: str = "ada", role: str = Role.ADMIN, workspace: Workspace | None = None) -> User:
    """A user who is a member; the same one when asked again."""
    user, _ = User.objects.get_or_create(username=username)
    member_ensure(workspace or workspace_default(), user, role)
    return user
