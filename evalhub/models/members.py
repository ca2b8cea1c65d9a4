"""Who belongs to a workspace, and who was asked to join it."""

from django.conf import settings
from django.db import models

from evalhub.models.workspaces import Workspace


class Role(models.TextChoices):
    """What a member is; what each role may do is said once, in `evalhub.selectors.permissions`."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    ADMIN = "admin"


class Membership(models.Model):
    """A user's place in a workspace. Without one nothing of the workspace can be seen."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.workspace}"


class Invitation(models.Model):
    """A link that makes whoever opens it a member, once; the link is signed and kept nowhere."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role)
    email = models.EmailField(blank=True, help_text="where the link was sent to, if anywhere")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation to {self.workspace} as {self.role}"
