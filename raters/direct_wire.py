"""HTTP/1.1 over asyncio's own streams, kept alive, spoken by h11.

A general client (httpx2, and openai's above it) takes 1.1 to 2.3 ms of CPU for a call; with hundreds of calls
in flight that, and not the provider, sets the pace. This takes 0.25 ms: no cookies, redirects or proxies.
"""

import asyncio
import os
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import h11
import httpx2

from raters.wire import MAX_ANSWER_BYTES, ConnectionBroken, Response, Unreachable

_CHUNK = 65_536


class _Connection:
    """One socket and where its conversation is."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.http = h11.Connection(h11.CLIENT)
        self.is_silent = True  # no byte of an answer has come to the present request

    @property
    def is_closed(self) -> bool:
        """Whether the other side closed it."""
        return self.reader.at_eof() or self.reader.exception() is not None


class DirectWire:
    """See `raters.wire.Wire`; a call that finds no idle connection opens one."""

    def __init__(self, url: str, connect_timeout_s: float, read_timeout_s: float) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._target = parts.path
        self._host_header = parts.netloc
        # The same trust as httpx2, so that both ways reach the same endpoints.
        self._tls: ssl.SSLContext | None = httpx2.create_ssl_context() if parts.scheme == "https" else None
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._idle: list[_Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._idle:
            connection.writer.close()
        self._idle.clear()

    async def post(self, headers: Mapping[str, str], body: bytes) -> Response:
        """See `raters.wire.Wire.post`."""
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._converse(connection, headers, body)
            except ConnectionBroken:
                # Endpoints close idle connections as they like; that says nothing about this call (RFC 9112,
                # section 9.3.1). Where an answer had begun, it does.
                if not (connection.is_silent and connection.is_closed):
                    raise
        return await self._converse(await self._connect(), headers, body)

    async def _converse(self, connection: _Connection, headers: Mapping[str, str], body: bytes) -> Response:
        is_reusable = False
        try:
            response = await self._exchange(connection, headers, body)
            is_reusable = connection.http.our_state is h11.DONE and connection.http.their_state is h11.DONE
        except TimeoutError as error:
            raise ConnectionBroken(f"silent for {self._read_timeout_s:g} s (read_timeout_s)") from error
        except (OSError, h11.ProtocolError) as error:
            raise ConnectionBroken(f"{type(error).__name__}: {error}") from error
        finally:
            if is_reusable:
                connection.http.start_next_cycle()
                self._idle.append(connection)
            else:
                connection.writer.close()
        return response

    async def _connect(self) -> _Connection:
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        except TimeoutError as error:
            raise Unreachable(f"no connection within {self._connect_timeout_s:g} s") from error
        except OSError as error:
            # asyncio words it as "Connect call failed"; the system's own words tell more.
            is_numbered = error.errno is not None and error.errno > 0
            said = os.strerror(error.errno or 0).lower() if is_numbered else str(error)
            raise Unreachable(said or type(error).__name__) from error
        return _Connection(reader, writer)

    async def _exchange(self, connection: _Connection, headers: Mapping[str, str], body: bytes) -> Response:
        fields = [("host", self._host_header), ("content-length", str(len(body))), *headers.items()]
        request = h11.Request(method="POST", target=self._target, headers=fields)
        sent = (connection.http.send(request) or b"") + (connection.http.send(h11.Data(body)) or b"")
        connection.http.send(h11.EndOfMessage())
        connection.is_silent = True
        connection.writer.write(sent)
        head: h11.Response | None = None
        received = bytearray()
        while True:
            event = connection.http.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(self._read_timeout_s):
                    chunk = await connection.reader.read(_CHUNK)
                connection.is_silent = connection.is_silent and not chunk
                connection.http.receive_data(chunk)
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                received += event.data
                if len(received) > MAX_ANSWER_BYTES:
                    raise ConnectionBroken(f"an answer of more than {MAX_ANSWER_BYTES} bytes")
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _response(head, bytes(received))
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionBroken("closed without an answer")


def _response(head: h11.Response, body: bytes) -> Response:
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in head.headers}
    return Response(head.status_code, headers, body.decode("utf-8", "replace"))
