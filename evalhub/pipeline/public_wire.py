"""An HTTP request to an address that somebody typed: public addresses only, bounded in time and size.

The name is resolved here and the connection goes to the address that was checked, so a name that resolves
to something else a moment later changes nothing. httpcore and not httpx: it follows no redirect, knows no
proxy of the environment and unpacks no compressed answer.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

from evalhub.core.addresses import Network, is_reachable

MOST_ANSWER_BYTES = 2048
CONNECT_S = 5.0
# Of everything after the name is resolved: a receiver that drips its answer must not hold a worker.
WITHIN_S = 15.0


class RefusedAddress(Exception):
    """The address is not one that messages may be sent to."""


class UnableToSend(Exception):
    """No answer came; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said; `text` is the first 2 kB of it."""

    status_code: int
    text: str
    retry_after: str


def post(url: str, body: bytes, headers: dict[str, str], allowed: Sequence[Network]) -> Answer:
    """Post a body, and read the beginning of the answer.

    Raises:
        RefusedAddress: a private address, see `evalhub.core.addresses`.
        UnableToSend: see there.
    """
    try:
        target = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise UnableToSend(f"not an address: {error}") from error
    backend = CheckedBackend(allowed, time.monotonic() + WITHIN_S)
    timeouts = {"connect": CONNECT_S, "read": WITHIN_S, "write": WITHIN_S, "pool": CONNECT_S}
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    place = httpcore2.URL(
        scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
    )
    try:
        with (
            httpcore2.ConnectionPool(network_backend=backend) as pool,
            pool.stream("POST", place, headers=given, content=body, extensions={"timeout": timeouts}) as got,
        ):
            return _answer(got)
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise UnableToSend(_words(error)) from error
    except (ssl.SSLError, httpcore2.UnsupportedProtocol) as error:
        raise UnableToSend(f"{type(error).__name__}: {error}") from error


def _answer(got: httpcore2.Response) -> Answer:
    content = b""
    for chunk in got.iter_stream():
        content += chunk
        if len(content) >= MOST_ANSWER_BYTES:
            break
    text = content[:MOST_ANSWER_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd")
    retry_after = next((v.decode("latin-1") for k, v in got.headers if k.lower() == b"retry-after"), "")
    return Answer(got.status, text, retry_after)


def _words(error: Exception) -> str:
    if isinstance(error, httpcore2.TimeoutException):
        return f"no answer within {WITHIN_S:.0f} s ({type(error).__name__})"
    return f"{type(error).__name__}: {error}".rstrip(": ")


class CheckedBackend(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and lets nothing take longer than until the deadline."""

    def __init__(self, allowed: Sequence[Network], deadline: float) -> None:
        self._inner = httpcore2.SyncBackend()
        self._allowed = allowed
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Resolve, check every address, and connect to the first that takes it.

        Raises:
            RefusedAddress: any of the addresses is private: which one answers must not be left to chance.
        """
        found = resolved(host, port)
        if refused := [address for address in found if not is_reachable(address, self._allowed)]:
            raise RefusedAddress(
                f"{host} is {', '.join(refused)}, no public address; messages go to private ones only where "
                "the server's owner lists them in EVALHUB_WEBHOOK_ALLOWED"
            )
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in found:
            try:
                left = min(timeout or CONNECT_S, max(0.1, self._deadline - time.monotonic()))
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
                return DeadlineStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class DeadlineStream(httpcore2.NetworkStream):
    """A connection whose every step ends at the same moment."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the connection does."""
        return self._inner.read(max_bytes, self._left(httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the connection does."""
        self._inner.write(buffer, self._left(httpcore2.WriteTimeout))

    def close(self) -> None:
        """As the connection does."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Certificates are checked against the name, not the address."""
        left = self._left(httpcore2.ConnectTimeout)
        return DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """As the connection does."""
        return self._inner.get_extra_info(info)

    def _left(self, failure: type[Exception]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise failure
        return left


def resolved(host: str, port: int) -> list[str]:
    """Every address of a name, or of a number in any of the forms that a resolver takes.

    Raises:
        httpcore2.ConnectError: it has none.
    """
    try:
        rows = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host} has no address: {error}") from error
    return list(dict.fromkeys(str(row[4][0]) for row in rows))
