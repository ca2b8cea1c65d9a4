"""Where e-mail is handed in: one address, or the variables that Django's settings are called by."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from evalhub.core.errors import UserError

# (TLS from the start, TLS on demand, usual port)
SCHEMES = {"smtp": (False, False, 25), "smtp+tls": (False, True, 587), "smtps": (True, False, 465)}
TRUE = {"1", "true", "yes", "on"}


class UnableToReadEmailUrl(UserError):
    """EMAIL_URL is no address of a mail server."""


def email_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings from EMAIL_URL, else from EMAIL_HOST, EMAIL_PORT and so on; no host: no e-mail.

    Raises:
        UnableToReadEmailUrl: the message does not repeat it, for the password in it.
    """
    if url := environment.get("EMAIL_URL", ""):
        return _of_url(url)
    return {
        "EMAIL_HOST": environment.get("EMAIL_HOST", ""),
        "EMAIL_PORT": int(environment.get("EMAIL_PORT") or 25),
        "EMAIL_HOST_USER": environment.get("EMAIL_HOST_USER", ""),
        "EMAIL_HOST_PASSWORD": environment.get("EMAIL_HOST_PASSWORD", ""),
        "EMAIL_USE_TLS": environment.get("EMAIL_USE_TLS", "").lower() in TRUE,
        "EMAIL_USE_SSL": environment.get("EMAIL_USE_SSL", "").lower() in TRUE,
    }


def _of_url(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise UnableToReadEmailUrl(
            "EMAIL_URL wants smtp://, smtp+tls:// (STARTTLS) or smtps://, then user:password@host:port, "
            "with signs such as @ in the password written as %40"
        )
    is_ssl, is_tls, usual = SCHEMES[parts.scheme]
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or usual,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": is_tls,
        "EMAIL_USE_SSL": is_ssl,
    }
