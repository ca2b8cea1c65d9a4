"""A provider on a real socket whose faults a test switches on, per document or for the next calls."""

import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.raters.providers import completion_body, document_of, loopback_server, send

Fault = Callable[[BaseHTTPRequestHandler, dict[str, Any]], bool]
DEADLINE_S = 30.0


@dataclass
class FaultServer:
    """What the server does and saw.

    Attributes:
        by_document: a fault for each call about a document.
        coming: faults of the next calls, whoever makes them; one that returns False lets the call through.
        always: faults tried on every call.
    """

    base_url: str = ""
    by_document: dict[str, Fault] = field(default_factory=dict)
    coming: deque[Fault] = field(default_factory=deque)
    always: list[Fault] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    requests: list[dict[str, Any]] = field(default_factory=list)
    paid: Counter[str] = field(default_factory=Counter)
    released: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        request, document = json.loads(body), document_of(body)
        with self.lock:
            self.calls[document] += 1
            self.requests.append(request)
            coming = [self.coming.popleft()] if self.coming else []
        own = [self.by_document[document]] if document in self.by_document else []
        if any(fault(handler, request) for fault in (*coming, *own, *self.always)):
            return
        with self.lock:
            self.paid[document] += 1
        send(handler, 200, completion_body(2))


@contextmanager
def fault_server() -> Iterator[FaultServer]:
    server = FaultServer()
    with loopback_server(server.answer) as base_url:
        server.base_url = base_url
        try:
            yield server
        finally:
            server.released.set()


def status(http: int, message: str = "no", headers: dict[str, str] | None = None, **error: str) -> Fault:
    """Answer with an error."""

    def fault(handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> bool:
        send(handler, http, json.dumps({"error": {"message": message, **error}}), headers)
        return True

    return fault


def body(text: str) -> Fault:
    """Answer with 200 and this body."""

    def fault(handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> bool:
        send(handler, 200, text)
        return True

    return fault


def choice(content: str | None, finish_reason: str = "stop", **message: str) -> Fault:
    """Answer with a completion of this content."""
    choices = [{"message": {"content": content, **message}, "finish_reason": finish_reason}]
    return body(json.dumps({"choices": choices}))


def hang(server: FaultServer) -> Fault:
    """Say nothing until the test is over."""

    def fault(handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> bool:
        server.released.wait(DEADLINE_S)
        handler.close_connection = True
        return True

    return fault


def half_a_reply(handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> bool:
    """Promise a body and cut the connection in it."""
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"message": {"content": "{\\"grade\\": 2')
    handler.close_connection = True
    return True


def cut(handler: BaseHTTPRequestHandler, _request: dict[str, Any]) -> bool:
    """Close the connection without a word, as a process that dies does."""
    handler.close_connection = True
    return True


def does_not_know(parameter: str, kind: str | None = None) -> Fault:
    """Refuse a parameter (of response_format: of this type), the way OpenAI does."""

    def fault(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> bool:
        value = request.get(parameter)
        if value is None or (kind is not None and value.get("type") != kind):
            return False
        message = f"Unsupported parameter: '{parameter}' is not supported with this model."
        return status(400, message, code="unsupported_parameter", param=parameter)(handler, request)

    return fault
