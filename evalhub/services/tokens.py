"""Make and check API tokens."""

import hashlib
import secrets

from django.contrib.auth.models import User

from evalhub.models import ApiToken, Workspace

PREFIX = "evh_"


def token_create(workspace: Workspace, user: User, scope: str) -> str:
    """Make a token; its text is returned once and kept nowhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(workspace=workspace, user=user, scope=scope, digest=token_digest(text))
    return text


def token_digest(text: str) -> str:
    """What is stored of a token: its SHA-256. It has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode()).hexdigest()
