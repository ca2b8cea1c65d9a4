"""Stand-ins for a provider: answers by rule, in process or over a real socket."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

from raters.protocol import Outcome
from raters.spec import RaterSpec, resolve_rater


def hosted_spec(**fields: object) -> RaterSpec:
    described = {"name": "judge", "kind": "hosted", "model": "gpt-x", "base_url": "http://provider.test/v1"}
    return resolve_rater({**described, **fields})


def completion_body(grade: object, rationale: str = "ok") -> str:
    message = {"role": "assistant", "content": json.dumps({"rationale": rationale, "grade": grade})}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps(
        {"id": "c", "object": "chat.completion", "choices": [choice], "usage": {"prompt_tokens": 50}}
    )


def collect(outcomes: Iterable[tuple[int, Outcome]], into: list[tuple[int, Outcome]]) -> None:
    """Keep what was yielded although the last step may raise."""
    for item in outcomes:
        into.append(item)  # noqa: PERF402 - a comprehension would lose all when the last step raises


def document_of(body: bytes) -> str:
    """The text of the document in a request."""
    user: str = json.loads(body)["messages"][1]["content"]
    return user.partition("<document>\n")[2].partition("\n</document>")[0]


class ScriptedProvider:
    """Answers each document with its next scripted response, the last one for ever."""

    def __init__(self, script: dict[str, list[httpx2.Response]]) -> None:
        self.script = script
        self.calls: list[str] = []
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        document = document_of(request.content)
        responses = self.script.get(document) or self.script["*"]
        n_before = self.calls.count(document)
        self.calls.append(document)
        self.requests.append(request)
        return responses[min(n_before, len(responses) - 1)]


def ok(grade: object = 2) -> httpx2.Response:
    return httpx2.Response(200, text=completion_body(grade), headers={"content-type": "application/json"})


def failure(
    status: int, message: str = "no", headers: dict[str, str] | None = None, **error: str
) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"message": message, **error}}, headers=headers)


@contextmanager
def loopback_server(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[str]:
    """Serve POST on a free port of 127.0.0.1; yields the base_url."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["content-length"])))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the library
            """Keep test output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(
    handler: BaseHTTPRequestHandler, status: int, body: str, headers: dict[str, str] | None = None
) -> None:
    payload = body.encode()
    handler.send_response(status)
    for name, value in {"content-type": "application/json", **(headers or {})}.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(payload)))
    handler.end_headers()
    handler.wfile.write(payload)
