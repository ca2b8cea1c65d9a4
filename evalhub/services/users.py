"""The first user of an installation."""

import os
import secrets

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from evalhub import conf
from evalhub.core.errors import UserError


class UnableToAddUser(UserError):
    """A name that nobody can have; the message says why."""


def user_ensure(username: str) -> str:
    """Make a user with a random password unless there is one; returns the password.

    The password lies in EVALHUB_HOME, readable by its owner only, so that it can be shown again; a user
    whose password was changed since keeps it, and "" is returned.

    Raises:
        UnableToAddUser: the name is empty, too long, or has characters that no file name should have.
    """
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError as error:
        raise UnableToAddUser(f"user name {username[:40]!r}: {' '.join(error.messages)}") from error
    path = conf.home_folder() / f"password-{username}"
    user = User.objects.filter(username=username).first()
    if user is None:
        password = secrets.token_urlsafe(12)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(password)
        User.objects.create_superuser(username, password=password)
        return password
    password = path.read_text() if path.exists() else ""
    return password if user.check_password(password) else ""
