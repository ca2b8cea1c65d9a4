"""Answers that were given already, by the key that a caller sent with its request."""

from django.db import models

from evalhub.models.encrypted import EncryptedTextField
from evalhub.models.workspaces import Workspace


class KeptAnswer(models.Model):
    """A request that its caller named by a key: under way as long as `status` is null, then its answer.

    The body is encrypted, since an answer may hold a secret that is kept as a digest everywhere else.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    caller = models.CharField(max_length=40, help_text="token or user, and its id")
    key = models.CharField(max_length=255)
    address_digest = models.CharField(max_length=64, help_text="of the method and the whole address")
    body_digest = models.CharField(max_length=64)
    claim = models.UUIDField(help_text="of whoever may write the answer")
    holder = models.CharField(max_length=200, help_text="host:pid of the claim")
    lease_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    location = models.TextField(blank=True)
    body = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "caller", "key"], name="kept_answer_key_unique")
        ]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.key} of {self.caller}"
