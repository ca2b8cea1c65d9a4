"""Make and check API tokens."""

import secrets

from django.contrib.auth.models import User

from evalhub.models import ApiToken, Workspace
from evalhub.models.tokens import token_digest

PREFIX = "evh_"


def token_create(workspace: Workspace, user: User, scope: str) -> str:
    """Make a token; its text is returned once and kept nowhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(workspace=workspace, user=user, scope=scope, digest=token_digest(text))
    return text
