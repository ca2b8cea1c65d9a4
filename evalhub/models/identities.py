"""Who a user is to a provider of identities."""

from django.conf import settings
from django.db import models


class Identity(models.Model):
    """A person as an OpenID Connect provider knows them; its subject never changes, names and e-mail may."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.subject} of {self.issuer}"
