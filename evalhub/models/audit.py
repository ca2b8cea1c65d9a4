"""Who did what."""

from django.conf import settings
from django.db import models

from evalhub.models.tokens import ApiToken
from evalhub.models.workspaces import Workspace


class AuditEvent(models.Model):
    """One thing that was done, by whom and from where; rows are only ever added."""

    class Edge(models.TextChoices):
        """How it came in."""

        DASHBOARD = "dashboard"
        REST = "rest"
        CLI = "cli"
        SIGN_IN = "sign-in"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, null=True)
    at = models.DateTimeField()
    edge = models.CharField(max_length=10, choices=Edge)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    who = models.CharField(max_length=150, help_text="the name at that time, which outlives the user")
    token = models.ForeignKey(ApiToken, on_delete=models.SET_NULL, null=True, related_name="+")
    token_name = models.CharField(max_length=120, blank=True, help_text="prefix and name at that time")
    action = models.CharField(max_length=100, help_text="method and name of the address, or the command")
    subject = models.CharField(max_length=300, blank=True, help_text="the path, or what a command named")
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.who}: {self.action} {self.subject}"
