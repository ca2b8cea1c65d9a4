"""A file in a request, as `file` of a multipart form or as the bare body, spooled to disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from evalhub.api.faults import request_error
from evalhub.api.serializers.uploads import UploadSerializer
from evalhub.api.spooled_body import body_spool, is_form
from evalhub.formats.source import Source
from evalhub.services.spooled import UNNAMED, upload_name, upload_spool


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that lies in the folder of uploads for as long as the request, and what was said with it."""

    source: Source
    fields: dict[str, Any]


@contextmanager
def received(request: Request, serializer: type[UploadSerializer]) -> Iterator[Upload]:
    """Take the file of a request; it is removed at the end unless somebody moved it.

    Raises:
        ValidationError: a field of the form or of the address is not acceptable.
        SpecError: there is no file, or a field is both in the form and in the address.
    """
    fields = _fields(request, serializer)
    name, path = _from_form(request) if is_form(request) else _from_body(request)
    try:
        if not path.stat().st_size:
            raise request_error("file", "empty", "Send the file's content.")
        yield Upload(Source(upload_name(fields.get("file_name") or name), path), fields)
    finally:
        path.unlink(missing_ok=True)


def _fields(request: Request, serializer: type[UploadSerializer]) -> dict[str, Any]:
    given = request.query_params.copy()
    if is_form(request):
        if twice := sorted(given.keys() & request.POST.keys()):
            raise request_error(twice[0], "said twice: in the address and in the form", "Leave one out.")
        given.update(request.POST)
    checked = serializer(data=given)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def _from_form(request: Request) -> tuple[str, Path]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise request_error("file", "missing", 'Send the file as the form\'s field "file".')
    return str(file.name), upload_spool(file)


def _from_body(request: Request) -> tuple[str, Path]:
    return UNNAMED, body_spool(request)
