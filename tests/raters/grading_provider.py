"""A provider of several models, each of which grades each document by a table of the test."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.raters.providers import document_of, loopback_server, send

# By model and the document's text; "no" is a refusal.
Grades = Mapping[str, Mapping[str, object]]
TOKENS = 1000  # billed for each call


@contextmanager
def grading_provider(grades: Grades, calls: list[tuple[str, str]]) -> Iterator[str]:
    """Serve the models; yields the base_url and adds (model, document) of each call to `calls`."""

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        model, document = json.loads(body)["model"], document_of(body).strip()
        calls.append((model, document))
        grade = grades[model][document]
        content = "I can not say." if grade == "no" else json.dumps({"rationale": "so", "grade": grade})
        choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        usage = {"prompt_tokens": TOKENS, "completion_tokens": 0, "total_tokens": TOKENS}
        done = {"id": "c", "object": "chat.completion", "created": 1, "model": model}
        send(handler, 200, json.dumps({**done, "choices": [choice], "usage": usage}))

    with loopback_server(answer) as url:
        yield url
