"""Encrypts what must not be readable in a copy of the database.

The secret is EVALHUB_KEY_SECRETS, or a file that is made once and kept in EVALHUB_HOME. It is not Django's
secret key, so that changing that one (which ends sessions) loses no stored key.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from evalhub import conf
from evalhub.core.errors import UserError

_MAKE_ONE = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


class UnableToUseSecret(UserError):
    """EVALHUB_KEY_SECRETS is no list of secrets, or not the one that a text was encrypted with."""


def encrypt(text: str) -> str:
    """Encrypt with the newest secret.

    Raises:
        UnableToUseSecret: the environment holds none that can be used.
    """
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt what `encrypt` made with any of the present secrets.

    Raises:
        UnableToUseSecret: it was made with another one.
    """
    try:
        return _fernet().decrypt(token).decode()
    except InvalidToken:
        raise UnableToUseSecret(
            f"encrypted with another secret; bring back the one of then (EVALHUB_KEY_SECRETS, or "
            f"{conf.key_secret_file()})"
        ) from None


def secrets_of_file() -> list[str]:
    """The secret in the installation's file, the newest first; two while keys are being rotated."""
    return _kept(conf.key_secret_file()).split()


def _fernet() -> MultiFernet:
    given = conf.key_secrets() or secrets_of_file()
    try:
        return MultiFernet([Fernet(secret) for secret in given])
    except ValueError:
        # Not the library's words: they could quote the secret.
        raise UnableToUseSecret(
            "EVALHUB_KEY_SECRETS wants secrets of 32 bytes in URL-safe base64, the newest first, with commas "
            f"between them; make one with: {_MAKE_ONE}"
        ) from None


def _kept(path: Path) -> str:
    """The secret in a file that only its owner reads, made now if there is none."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.") as made:
            made.write(Fernet.generate_key().decode())
            made.flush()
            # Whole or not at all, and the first of two that make one wins.
            with contextlib.suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text()
