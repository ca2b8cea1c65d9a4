"""Users of an installation."""

import os
import secrets

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from evalhub import conf
from evalhub.core.errors import UserError
from evalhub.models import Role, Workspace
from evalhub.services.members import member_ensure
from evalhub.services.workspaces import workspace_default


class UnableToAddUser(UserError):
    """A name that nobody can have; the message says why."""


def user_ensure(username: str, workspace: Workspace | None = None, role: str | None = None) -> str:
    """Make a user with a random password unless there is one, and a member; returns the password.

    Args:
        workspace: the default one unless another is named.
        role: admin for the first member of a workspace unless told otherwise, analyst for others; who is a
            member keeps theirs.

    The password lies in EVALHUB_HOME, readable by its owner only, so that it can be shown again; a user
    whose password was changed since keeps it, and "" is returned.

    Raises:
        UnableToAddUser: the name is empty, too long, or has characters that no file name should have.
    """
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError as error:
        raise UnableToAddUser(f"user name {username[:40]!r}: {' '.join(error.messages)}") from error
    user = User.objects.filter(username=username).first()
    is_new = user is None
    user, password = _made(username) if user is None else (user, _shown_again(user))
    place = workspace or workspace_default()
    if is_new or role or not user.memberships.exists():
        member_ensure(place, user, role or _first_role(place))
    return password


def _made(username: str) -> tuple[User, str]:
    password = secrets.token_urlsafe(12)
    path = conf.home_folder() / f"password-{username}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
    make = User.objects.create_user if User.objects.exists() else User.objects.create_superuser
    return make(username, password=password), password


def _shown_again(user: User) -> str:
    path = conf.home_folder() / f"password-{user.get_username()}"
    password = path.read_text() if path.exists() else ""
    return password if user.check_password(password) else ""


def _first_role(workspace: Workspace) -> str:
    return Role.ANALYST if workspace.memberships.exists() else Role.ADMIN
