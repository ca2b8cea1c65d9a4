"""A bare body on disk: read once, for its digest and for whoever imports it."""

from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from rest_framework.request import Request

from evalhub import conf
from evalhub.api.parsers import MeasuredBody, announced_bytes
from evalhub.formats.source import spool

MULTIPART = "multipart/form-data"
# Beside what the server below says of the request, as WSGI wants it for what an application adds.
KEPT_AS = "evalhub.spooled_body"


def is_form(request: Request) -> bool:
    """Whether the file comes as a field of a form."""
    return request.content_type.lower().startswith(MULTIPART)


def body_spool(request: Request) -> Path:
    """The body as a file in the folder of uploads; the same one when it is asked for again.

    Raises:
        ParseError: the body ended early.
        TooLarge: it is larger than is accepted.
    """
    if KEPT_AS not in request.META:
        request.META[KEPT_AS] = spool(cast(BinaryIO, _measured(request)), conf.uploads_folder())
    kept: Path = request.META[KEPT_AS]
    return kept


def body_drop(request: Request) -> None:
    """Remove the file, unless somebody moved it."""
    path: Path | None = request.META.pop(KEPT_AS, None)
    if path is not None:
        path.unlink(missing_ok=True)


def _measured(request: Request) -> MeasuredBody:
    is_chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if is_chunked and request.META.get("wsgi.input_terminated"):
        # Django shows such a body as empty, but the server below it knows where it ends.
        return MeasuredBody(request.META["wsgi.input"], None)
    return MeasuredBody(cast(IO[Any], request), announced_bytes(request))
