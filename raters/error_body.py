"""The bodies in which OpenAI-compatible endpoints say what is wrong; each has its own form."""

import json
from dataclasses import dataclass
from typing import Any

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What could be read of an error; "" where nothing was said.

    Attributes:
        param: the request's field that is at fault, such as "response_format.type".
    """

    message: str
    code: str = ""
    type: str = ""
    param: str = ""


def read_error(body: str) -> ErrorBody:
    """Read the error in a body, whoever wrote it.

    Known forms: OpenAI's {"error": {message, type, param, code}}, the same in a list (Gemini), a text in
    "error" (Ollama), FastAPI's {"detail": [{loc, msg, type}]} (vLLM, TGI), that one in "message" (Mistral).
    """
    try:
        decoded = json.loads(body)
    except ValueError:
        return ErrorBody(body.strip()[:_LONGEST] or "nothing was said")
    if isinstance(decoded, list) and decoded:
        decoded = decoded[0]
    if not isinstance(decoded, dict):
        return ErrorBody(body.strip()[:_LONGEST])
    inner = decoded.get("error") or decoded
    if isinstance(inner, str):
        return ErrorBody(inner[:_LONGEST])
    return _read_fields(inner, body) if isinstance(inner, dict) else ErrorBody(body[:_LONGEST])


def _read_fields(inner: dict[str, Any], body: str) -> ErrorBody:
    detail = inner.get("detail")
    message = inner.get("message")
    if isinstance(message, dict):
        detail, message = message.get("detail"), None
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        return _read_validation(detail[0])
    said = message or detail
    return ErrorBody(
        message=str(said if isinstance(said, str) else body)[:_LONGEST],
        code=_text(inner.get("code")),
        type=_text(inner.get("type")),
        param=_text(inner.get("param")),
    )


def _read_validation(found: dict[str, Any]) -> ErrorBody:
    place = found.get("loc")
    path = [str(part) for part in place if part != "body"] if isinstance(place, list) else []
    said = f"{'.'.join(path)}: {found.get('msg', '')}"
    return ErrorBody(said[:_LONGEST], type=_text(found.get("type")), param=".".join(path))


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
