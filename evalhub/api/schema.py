"""How drf-spectacular describes the API: bearer tokens, problems, uploads."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from evalhub.api.serializers.problems import ProblemSerializer
from evalhub.api.serializers.uploads import UploadSerializer

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
        schema = self.resolve_serializer(ProblemSerializer, "response").ref
        for status, text in PROBLEMS.items():
            if status != "404" or "{" in path:
                content = {"application/problem+json": {"schema": schema}}
                operation["responses"].setdefault(status, {"description": text, "content": content})
        return operation


def upload_request(serializer: type[UploadSerializer]) -> dict[str, Any]:
    """The two ways to send a file with its fields: as a form, or bare with the fields in the address."""
    return {"multipart/form-data": _form(serializer), "application/octet-stream": OpenApiTypes.BINARY}


@cache
def _form(serializer: type[UploadSerializer]) -> type[UploadSerializer]:
    """The fields with the file; the same class each time, since the schema tells components by identity."""
    name = serializer.__name__.removesuffix("Serializer") + "FormSerializer"
    return type(name, (serializer,), {"file": serializers.FileField(), "__doc__": serializer.__doc__})


def upload_parameters(serializer: type[UploadSerializer]) -> list[OpenApiParameter]:
    """The fields of an upload as parameters of the address."""
    return [
        OpenApiParameter(
            name, str, many=isinstance(field, serializers.ListField), description=str(field.help_text)
        )
        for name, field in serializer().fields.items()
    ]
