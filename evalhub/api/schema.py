"""How drf-spectacular describes the API: bearer tokens, problems, uploads."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from evalhub.api.serializers.problems import ProblemSerializer
from evalhub.api.serializers.uploads import UploadSerializer

LINES = "application/x-ndjson"
LINES_SCHEMA = {"type": "string", "description": "The whole list: one result as a JSON object in each line."}
UNCHANGED = "It is as the ETag in If-None-Match says; no body."
KEY_TEXT = "Makes it safe to send this again: the same key and request have the same answer for 24 hours."
PROBLEMS = {
    "400": "The request or the uploaded file is not acceptable; `errors` says where and what to change.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The token's scope or its user's role does not allow this.",
    "404": "There is nothing here that this token may see.",
    "default": "Any other problem.",
}


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library's
    """Names the scheme in the schema."""

    target_class = "evalhub.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Describe it."""
        text = "A token made by `evalhub token create --scope run`."
        return {"type": "http", "scheme": "bearer", "description": text}


class ProblemSchema(AutoSchema):
    """Adds to every operation what its errors look like."""

    def get_summary(self) -> str:
        """The first sentence, for lists of operations."""
        return str(self.get_description()).partition("\n")[0].rstrip(".")

    def get_operation(self, path: str, *others: Any) -> dict[str, Any] | None:
        """Describe an operation."""
        operation: dict[str, Any] | None = super().get_operation(path, *others)
        if operation is None:
            return None
        for response in operation["responses"].values():
            if LINES in response.get("content", {}) and "get" in dir(self.view):
                response["content"][LINES] = {"schema": LINES_SCHEMA}
        schema = self.resolve_serializer(ProblemSerializer, "response").ref
        operation.setdefault("parameters", []).extend(_headers(self.method, self.view))
        if _is_tagged(self.method, self.view):
            operation["responses"]["304"] = {"description": UNCHANGED}
        for status, text in PROBLEMS.items():
            if status != "404" or "{" in path:
                content = {"application/problem+json": {"schema": schema}}
                operation["responses"].setdefault(status, {"description": text, "content": content})
        return operation


def _headers(method: str, view: Any) -> list[dict[str, Any]]:
    """What a client may say beside the address and the body."""
    if method == "POST":
        return [_header("Idempotency-Key", KEY_TEXT, {"type": "string", "pattern": "^[!-~]{1,255}$"})]
    if _is_tagged(method, view):
        return [_header("If-None-Match", "An ETag; 304 where it still holds.", {"type": "string"})]
    return []


def _is_tagged(method: str, view: Any) -> bool:
    return method == "GET" and bool(getattr(view, "is_tagged", False))


def _header(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "header", "name": name, "description": text, "schema": schema}


def upload_request(serializer: type[UploadSerializer]) -> dict[str, Any]:
    """The two ways to send a file with its fields: as a form, or bare with the fields in the address."""
    bare = dict.fromkeys(("application/octet-stream", LINES), OpenApiTypes.BINARY)
    return {"multipart/form-data": _form(serializer), **bare}


@cache
def _form(serializer: type[UploadSerializer]) -> type[UploadSerializer]:
    """The fields with the file; the same class each time, since the schema tells components by identity."""
    name = serializer.__name__.removesuffix("Serializer") + "FormSerializer"
    return type(name, (serializer,), {"file": serializers.FileField(), "__doc__": serializer.__doc__})


@cache
def upload_parameters(serializer: type[UploadSerializer]) -> list[type[UploadSerializer]]:
    """The fields of an upload as parameters of the address; a form may hold those that are needed."""
    return [type(f"Bare{serializer.__name__}", (serializer,), {"get_fields": _get_optional_fields})]


def _get_optional_fields(asked: UploadSerializer) -> dict[str, Any]:
    fields = super(type(asked), asked).get_fields()
    for field in fields.values():
        field.required = False
    return fields
