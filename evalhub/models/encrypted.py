"""Columns that a copy of the database must not give away."""

from django.db import models


class EncryptedTextField(models.TextField):
    """Holds a Fernet token that `evalhub.services.vault` made; rotating the secret finds it by its type."""
