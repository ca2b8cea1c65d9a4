"""A provider in a process of its own that counts calls by document.

Prints its port. GET tells {"calls": {document: n}}. Run: python counting_provider.py LATENCY_S
"""

import asyncio
import json
import re
import sys
from collections import Counter
from functools import partial

DOCUMENT = re.compile(rb"<document>\\n(.*?)\\n</document>")
CONTENT = json.dumps({"rationale": "ok", "grade": 2})
BODY = json.dumps({"choices": [{"message": {"content": CONTENT}, "finish_reason": "stop"}]}).encode()


class Provider(asyncio.Protocol):
    """One connection."""

    calls: Counter[str] = Counter()

    def __init__(self, latency_s: float) -> None:
        self._latency_s = latency_s
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a whole request after the latency."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if head.startswith(b"GET") and end:
            self._send(json.dumps({"calls": self.calls}).encode())
            return
        found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if end and found and len(body) >= int(found[1]):
            document = DOCUMENT.search(body)
            self.calls[document[1].decode() if document else "?"] += 1
            asyncio.get_running_loop().call_later(self._latency_s, partial(self._send, BODY))

    def _send(self, body: bytes) -> None:
        self._received = b""
        if not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


async def serve(latency_s: float) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Provider, latency_s), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
