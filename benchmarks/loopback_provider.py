"""A provider for bench_hosted: fixed latency, and on wish a hard limit of calls a second.

Prints its port; asked for GET, it tells how many calls it took and how many it rejected. A raw asyncio
protocol, so that it costs a fraction of what it measures.
"""

import argparse
import asyncio
import json
from collections import deque
from functools import partial

GRADE = json.dumps({"rationale": "It answers the question of the searcher in part.", "grade": 2})
COMPLETION = json.dumps(
    {
        "id": "c",
        "object": "chat.completion",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": GRADE}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 300, "completion_tokens": 20},
    }
).encode()
REFUSAL = b'{"error": {"message": "too many requests", "type": "rate_limit"}}'


def framed(status: str, body: bytes) -> bytes:
    """A whole HTTP response."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


OK, TOO_MANY = framed("200 OK", COMPLETION), framed("429 Too Many Requests", REFUSAL)


class Provider(asyncio.Protocol):
    """One connection."""

    taken: deque[float] = deque()
    counts = {"taken": 0, "rejected": 0}

    def __init__(self, latency_s: float, per_second: int) -> None:
        self._latency_s, self._per_second = latency_s, per_second
        self._loop = asyncio.get_running_loop()
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request when it is whole; the next one comes only after the answer."""
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        if self._received.startswith(b"GET"):
            self._received = b""
            self._send(framed("200 OK", json.dumps(self.counts).encode()))
            return
        head = self._received[:end].lower()
        start = head.index(b"content-length:") + 15
        n_bytes = int(head[start:].split(b"\r\n", 1)[0])
        if len(self._received) >= end + 4 + n_bytes:
            self._received = b""
            self._answer()

    def _answer(self) -> None:
        if self._per_second and not self._is_within_limit():
            self.counts["rejected"] += 1
            self._send(TOO_MANY)
            return
        self.counts["taken"] += 1
        self._loop.call_later(self._latency_s, partial(self._send, OK))

    def _is_within_limit(self) -> bool:
        """At most so many calls in any second, however it is cut."""
        now = self._loop.time()
        while self.taken and now - self.taken[0] >= 1.0:
            self.taken.popleft()
        if len(self.taken) >= self._per_second:
            return False
        self.taken.append(now)
        return True

    def _send(self, response: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(response)


async def serve(latency_s: float, per_second: int) -> None:
    """Serve until killed."""
    make = partial(Provider, latency_s, per_second)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency-s", type=float, default=0.2)
    parser.add_argument("--per-second", type=int, default=0)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.latency_s, arguments.per_second))
