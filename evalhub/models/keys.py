"""API keys of model providers."""

from django.db import models

from evalhub.models.encrypted import EncryptedTextField
from evalhub.models.workspaces import Workspace


class ProviderKey(models.Model):
    """A key that hosted raters name; readable only with the installation's secret, which is not in here."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    ciphertext = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="provider_key_name_unique")]

    def __str__(self) -> str:
        return self.name
