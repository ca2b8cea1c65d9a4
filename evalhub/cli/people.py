"""Find the members that commands name."""

from typing import TYPE_CHECKING

from evalhub.cli.local import UnableToFind

if TYPE_CHECKING:
    from evalhub.models import Membership


def find_member(username: str) -> "Membership":
    """The place of a user in the default workspace.

    Raises:
        UnableToFind: there is no such user, or they are no member.
    """
    from django.contrib.auth.models import User

    from evalhub.models import Membership
    from evalhub.services.workspaces import workspace_default

    rows = Membership.objects.filter(workspace=workspace_default()).select_related("user", "workspace")
    found = rows.filter(user__username=username).first()
    if found is not None:
        return found
    if User.objects.filter(username=username).exists():
        raise UnableToFind(
            f'"{username}" is no member; make them one with: evalhub user role {username} analyst'
        )
    names = ", ".join(rows.order_by("user__username").values_list("user__username", flat=True)[:10])
    raise UnableToFind(f'no user "{username}"; there are: {names or "none"}')
