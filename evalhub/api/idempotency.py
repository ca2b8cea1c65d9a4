"""`Idempotency-Key`: a POST that is sent twice is done once.

A body is told by its digest: JSON and a bare file byte by byte, a form by its fields and files, since clients
draw the boundary between them anew each time.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.faults import request_error
from evalhub.api.parsers import WholeMultiPartParser
from evalhub.api.spooled_body import body_drop, body_spool, is_form
from evalhub.models import ApiToken, KeptAnswer
from evalhub.services.idempotency import Answer, Asked, answer_claim, answer_give_up, answer_keep

if TYPE_CHECKING:
    from evalhub.api.base import ApiView

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
SALT = "evalhub.api.idempotency"
# What is no answer to the request: try later, or when the present state has changed. (That a key stands for
# another request is said before there is anything to keep.)
PASSING = {408, 409, 425, 429}

Handler = Callable[..., HttpResponseBase]


def key_of(request: Request) -> str | None:
    """The key that a request was sent with.

    Raises:
        SpecError: it is not one.
    """
    key = request.headers.get(HEADER)
    if key is not None and not re.fullmatch(r"[!-~]{1,255}", key):
        raise request_error(HEADER, "not 1 to 255 printable ASCII characters", "Send a UUID, for example.")
    return key


def answered_once(view: "ApiView", handler: Handler, *arguments: Any, **named: Any) -> HttpResponseBase:
    """Let a view answer a request with a key, or give the answer that it gave before.

    Raises:
        UnableToRepeat: the key was sent with another request.
        StillRunning: the first one is under way.
    """
    request = view.request
    try:
        found = answer_claim(_asked(view, request), now=timezone.now())
        if isinstance(found, Answer):
            return _replayed(found)
        return _answered(view, handler, found, *arguments, **named)
    finally:
        body_drop(request)


def _answered(
    view: "ApiView", handler: Handler, row: KeptAnswer, *arguments: Any, **named: Any
) -> HttpResponseBase:
    """The view's answer; where it makes something anew each time, it and the answer are stored together."""
    is_kept = False
    try:
        try:
            _ = view.prepared
            with transaction.atomic() if view.makes_anew else nullcontext():
                response = _final(view, handler(*arguments, **named))
                is_kept = _keep(row, response)
        except Exception as error:  # noqa: BLE001 - a problem is an answer too; what is none is no problem
            response = _final(view, view.handle_exception(error))
            is_kept = _keep(row, response)
    finally:
        if not is_kept:
            answer_give_up(row)
    return response


def _final(view: "ApiView", response: Any) -> HttpResponseBase:
    """The answer as bytes."""
    if isinstance(response, Response):
        view.finalize_response(view.request, response)
        response.render()
    final: HttpResponseBase = response
    return final


def _keep(row: KeptAnswer, response: HttpResponseBase) -> bool:
    if not isinstance(response, HttpResponse) or response.status_code >= 500:
        return False
    if response.status_code in PASSING:
        return False
    headers = response.headers
    told = (headers.get("Content-Type", ""), headers.get("Location", ""))
    answer_keep(row, Answer(response.status_code, *told, response.content))
    return True


def _replayed(answer: Answer) -> HttpResponse:
    headers = {"Content-Type": answer.content_type, REPLAYED: "true"}
    if answer.location:
        headers["Location"] = answer.location
    return HttpResponse(answer.body, status=answer.status, headers=headers)


def _asked(view: "ApiView", request: Request) -> Asked:
    who = f"token {request.auth.pk}" if isinstance(request.auth, ApiToken) else f"user {view.user.pk}"
    address = f"{request.method} {request.get_full_path()}".encode()
    return Asked(
        workspace=view.workspace,
        caller=who,
        key=key_of(request) or "",
        address_digest=_keyed([address]),
        body_digest=_keyed(_body_parts(view, request)),
    )


def _body_parts(view: "ApiView", request: Request) -> Iterable[bytes]:
    """What makes the body, in order."""
    yield request.content_type.partition(";")[0].strip().lower().encode()
    if WholeMultiPartParser not in view.parser_classes:
        yield request._request.body
    elif is_form(request):
        for name, values in sorted(request.POST.lists()):
            yield repr((name, values)).encode()
        for name, files in sorted(request.FILES.lists()):
            yield from (repr((name, file.name, _file_digest(file))).encode() for file in files)
    else:
        with body_spool(request).open("rb") as file:
            yield hashlib.file_digest(file, "sha256").digest()


def _file_digest(file: UploadedFile) -> bytes:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.digest()


def _keyed(parts: Iterable[bytes]) -> str:
    """A digest that tells nothing to whoever has the database alone: a body may be a short secret."""
    digests = b"".join(hashlib.sha256(part).digest() for part in parts)
    return salted_hmac(SALT, digests, algorithm="sha256").hexdigest()
