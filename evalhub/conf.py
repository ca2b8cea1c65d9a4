"""The only reader of Django's settings for what is EvalHub's own."""

from pathlib import Path

from django.conf import settings

from evalhub.core.oidc import OidcProvider


def home_folder() -> Path:
    """The folder that holds all state."""
    return Path(settings.EVALHUB_HOME)


def uploads_folder() -> Path:
    """Where uploads rest until they are imported."""
    return _made("uploads")


def runs_folder() -> Path:
    """Where imported run files are kept, named by their digest."""
    return _made("runs")


def vectors_folder() -> Path:
    """Where vector shards and indexes are kept."""
    return _made("vectors")


def statistics_folder() -> Path:
    """Where the statistics of corpora are kept, named by their digest."""
    return _made("statistics")


def raters_folder() -> Path:
    """Where the weights of raters that were trained here are kept, named by their digest."""
    return _made("raters")


def lease_s() -> float:
    """Seconds a claim holds without a heartbeat."""
    return float(settings.EVALHUB_LEASE_S)


def heartbeat_s() -> float:
    """Seconds between two heartbeats."""
    return float(settings.EVALHUB_HEARTBEAT_S)


def n_threads() -> int | None:
    """Threads a model may use; None leaves it to the library."""
    value: int | None = settings.EVALHUB_THREADS
    return value


def n_search_models() -> int:
    """Models that the worker of searches keeps in memory."""
    return int(settings.EVALHUB_SEARCH_MODELS)


def n_waiters() -> int:
    """Long polls that a web process lets wait at a time; each keeps a thread."""
    return int(settings.EVALHUB_WAITERS)


def redis_url() -> str:
    """The broker's address for redis-py: what the workers share beside the database."""
    return str(settings.EVALHUB_REDIS_URL)


def key_secrets() -> list[str]:
    """Secrets that API keys are encrypted with, the newest first; empty where the file is used."""
    return list(settings.EVALHUB_KEY_SECRETS)


def key_secret_file() -> Path:
    """Where the secret is kept that API keys are encrypted with."""
    return home_folder() / "key_secret"


def hosted_urls() -> set[str]:
    """Addresses of providers that campaigns started over REST may use."""
    return set(settings.EVALHUB_HOSTED_URLS)


def n_proxies() -> int:
    """Proxies of this installation that requests come through."""
    return int(settings.EVALHUB_PROXIES)


def public_url() -> str:
    """Under which address people reach this server, without a slash at its end; empty where nobody said."""
    return str(settings.EVALHUB_URL)


def oidc() -> OidcProvider | None:
    """Who vouches for people beside their passwords; None where nobody does."""
    value: OidcProvider | None = settings.EVALHUB_OIDC
    return value


def webhook_allowed() -> list[str]:
    """Private networks that messages may be sent to."""
    return list(settings.EVALHUB_WEBHOOK_ALLOWED)


def email_is_set() -> bool:
    """Whether a mail server is named."""
    return bool(settings.EVALHUB_EMAIL_IS_SET)


def email_from() -> str:
    """The sender of e-mail."""
    return str(settings.DEFAULT_FROM_EMAIL)


def _made(name: str) -> Path:
    folder = home_folder() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
