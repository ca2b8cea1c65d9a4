"""A test client that holds every answer against the OpenAPI description."""

import gzip
import json
import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient


@cache
def schema() -> dict[str, Any]:
    """The description as it is served."""
    generated: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return generated


def described(method: str, route: str, status: int) -> dict[str, Any]:
    """The content by media type that an operation promises for a status."""
    path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)
    responses = schema()["paths"][path][method.lower()]["responses"]
    found = responses.get(str(status))
    if found is None:
        assert status >= 400, f"{method} {path} does not promise {status}, only {sorted(responses)}"
        found = responses["default"]
    content: dict[str, Any] = found["content"]
    return content


@cache
def validator(method: str, route: str, status: int, media_type: str) -> Draft202012Validator:
    """What checks the bodies of an answer."""
    promised = described(method, route, status)[media_type]["schema"]
    return Draft202012Validator({**promised, "components": schema()["components"]})


UNDESCRIBED = ("api/v1/", "api/v1/docs/", "api/v1/schema/")


class CheckedClient(APIClient):
    """Asserts that status, media type and body of each answer are as described."""

    def request(self, **kwargs: Any) -> Any:
        """Send a request."""
        response = super().request(**kwargs)
        route = response.resolver_match.route
        if response.status_code not in (304, 405) and route not in UNDESCRIBED:
            self._check(kwargs["REQUEST_METHOD"], route, response)
        return response

    def _check(self, method: str, route: str, response: Any) -> None:
        media_type = response["Content-Type"].partition(";")[0]
        is_json = media_type.endswith(("/json", "+json"))
        body = json.loads(_plain(response)) if is_json else _text(response)
        validator(method, route, response.status_code, media_type).validate(body)


def _plain(response: Any) -> bytes:
    content: bytes = response.content
    return gzip.decompress(content) if response.get("Content-Encoding") == "gzip" else content


def _text(response: Any) -> str:
    text: str = response.getvalue().decode()
    if response.streaming:  # it can be read once
        response.streaming_content = [text.encode()]
    return text
