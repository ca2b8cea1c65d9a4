"""Where a home keeps its state and where its broker listens."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

from evalhub.core.errors import UserError

# A unix socket's path has to fit into 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH_BYTES = 100
# Not tempfile.gettempdir(): a shell with another TMPDIR must find the same broker.
SHARED_TEMP = Path("/tmp")  # noqa: S108 - only ever a private folder in it, whose owner is checked


class UnableToUseHome(UserError):
    """The folder that should hold all state cannot be used."""


def home() -> Path:
    """Returns the folder that holds all state (EVALHUB_HOME, or ./var), private to this user.

    Raises:
        UnableToUseHome: the folder is missing and cannot be created.
    """
    folder = Path(os.environ.get("EVALHUB_HOME") or "var").expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnableToUseHome(
            f"EVALHUB_HOME {folder}: cannot be created ({error.strerror}); "
            "set EVALHUB_HOME to a folder you can write to"
        ) from error
    return folder


def broker_socket(home: Path) -> Path:
    """Returns the broker's unix socket: in the home, or in a temporary folder for a long home."""
    inside = home / "run" / "broker.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(os.fsencode(home) + b":%d" % os.getuid()).hexdigest()[:20]
    return SHARED_TEMP / f"evalhub-{digest}" / "broker.sock"


def external_redis_url() -> str | None:
    """Returns the server to use instead of the embedded broker (REDIS_URL), if one is named."""
    return os.environ.get("REDIS_URL") or None


def broker_url(home: Path) -> str:
    """Returns the broker's address for Celery."""
    return external_redis_url() or f"redis+socket://{quote(str(broker_socket(home)))}"


def redis_client_url(home: Path) -> str:
    """Returns the broker's address for redis-py."""
    return external_redis_url() or f"unix://{quote(str(broker_socket(home)))}"
