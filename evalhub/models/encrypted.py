"""Columns that a copy of the database must not give away."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


class EncryptedTextField(Text):
    """Holds a Fernet token that `evalhub.services.vault` made; rotating the secret finds it by its type."""
