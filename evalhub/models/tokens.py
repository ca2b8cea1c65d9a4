"""API tokens."""

import hashlib

from django.conf import settings
from django.db import models

from evalhub.models.workspaces import Workspace


class ApiToken(models.Model):
    """A bearer token; only its SHA-256 is kept, so a database dump opens nothing."""

    class Scope(models.TextChoices):
        """What a token may do; each includes those before it, review and run each include read."""

        READ = "read"
        RUN = "run"
        REVIEW = "review"
        ADMIN = "admin"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=100, blank=True)
    scope = models.CharField(max_length=10, choices=Scope)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8, blank=True, help_text="the first characters, to tell it by")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True, help_text="to the minute")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.scope} token of {self.user}"


def token_digest(text: str) -> str:
    """What is stored of a token: its SHA-256. It has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode()).hexdigest()
