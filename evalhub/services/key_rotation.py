"""Encrypt everything that is encrypted anew, under a new secret."""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet
from django.apps import apps
from django.db import transaction
from django.db.models import Model

from evalhub import conf
from evalhub.models.encrypted import EncryptedTextField
from evalhub.services import vault


def encrypted_columns() -> list[tuple[type[Model], str]]:
    """Every column that `vault.encrypt` fills."""
    return [
        (model, field.name)
        for model in apps.get_app_config("evalhub").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def keys_rotate() -> int:
    """Re-encrypt all under the newest secret, all or nothing; returns how many texts.

    Where the secret lies in a file, a new one is put before the old one first, so that both are readable
    until everything is done; then the old one is dropped. A rotation that died is gone on with by the next.
    Where EVALHUB_KEY_SECRETS holds the secrets, its first is the new one, and nothing is dropped.

    Raises:
        UnableToUseSecret: something was encrypted with a secret that is not there; nothing was changed.
    """
    if conf.key_secrets():
        return _reencrypted()
    path = conf.key_secret_file()
    secrets = vault.secrets_of_file()
    if len(secrets) == 1:
        secrets = [Fernet.generate_key().decode(), *secrets]
        _replace(path, secrets)
    n = _reencrypted()
    _replace(path, secrets[:1])
    return n


@transaction.atomic
def _reencrypted() -> int:
    n = 0
    for model, column in encrypted_columns():
        rows = model._default_manager.exclude(**{column: ""}).order_by("pk")
        for row in rows.select_for_update():
            setattr(row, column, vault.encrypt(vault.decrypt(getattr(row, column))))
            row.save(update_fields=[column])
            n += 1
    return n


def _replace(path: Path, secrets: list[str]) -> None:
    """Whole or not at all, and on the disk before anything relies on it."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", delete=False) as made:
        made.write("\n".join(secrets))
        made.flush()
        os.fsync(made.fileno())
    os.replace(made.name, path)
