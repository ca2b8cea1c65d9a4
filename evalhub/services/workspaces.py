"""Workspaces."""

from secrets import token_hex

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from evalhub.core.errors import UserError
from evalhub.models import Membership, Role, Workspace

DEFAULT_SLUG = "default"
MAX_NAME = 200


def workspace_default() -> Workspace:
    """The workspace everything goes to unless another is named."""
    workspace, _ = Workspace.objects.get_or_create(slug=DEFAULT_SLUG, defaults={"name": "Default"})
    return workspace


class UnableToMakeWorkspace(UserError):
    """A name that no workspace can have; the message says why."""


@transaction.atomic
def workspace_create(name: str, user: User) -> Workspace:
    """Make a workspace with a user as its admin.

    Raises:
        UnableToMakeWorkspace: the name is empty, too long or not printable.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise UnableToMakeWorkspace(f"a workspace's name is one line of 1 to {MAX_NAME} characters")
    slug = slugify(name)[:40] or "workspace"
    if Workspace.objects.filter(slug=slug).exists():
        # Whether somebody else has a workspace of this name is not to be known.
        slug = f"{slug}-{token_hex(4)}"
    made = Workspace.objects.create(slug=slug, name=name)
    Membership.objects.create(workspace=made, user=user, role=Role.ADMIN)
    return made
