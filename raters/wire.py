"""How a call reaches an endpoint: bytes out, status, headers and text back, or why not."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

import httpx2

from raters.spec import RaterSpec

# An answer is a few kilobytes; what is larger is no chat completion and must not fill the memory.
MAX_ANSWER_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Response:
    """What an endpoint said; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


class Unreachable(Exception):
    """Nobody is there: no such host, connection refused, no TLS, or no connection within its time."""


class ConnectionBroken(Exception):
    """The connection ended or fell silent before the answer was whole."""


class Wire(Protocol):
    """Connections to one endpoint, to be used as a context manager in one event loop."""

    async def __aenter__(self) -> Self:
        """Prepare; connects to nothing yet."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        ...

    async def post(self, headers: Mapping[str, str], body: bytes) -> Response:
        """Send one request.

        Raises:
            Unreachable: no connection came about.
            ConnectionBroken: there was one, and it brought no whole answer.
        """
        ...


def open_wire(spec: RaterSpec, transport: httpx2.AsyncBaseTransport | None) -> Wire:
    """Choose the way: h11 over a plain socket, or httpx2 where a proxy or `transport` is between."""
    url = f"{spec.base_url}/chat/completions"
    if transport is None and not is_behind_proxy(url):
        from raters.direct_wire import DirectWire

        return DirectWire(url, spec.connect_timeout_s, spec.read_timeout_s)
    from raters.client_wire import ClientWire

    return ClientWire(url, spec, transport)


def is_behind_proxy(url: str) -> bool:
    """Whether the environment (HTTPS_PROXY, NO_PROXY, ...) names a proxy for this address."""
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    is_named = parts.scheme in proxies or "all" in proxies
    return is_named and not urllib.request.proxy_bypass(parts.netloc)
