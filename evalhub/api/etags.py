"""ETags of what is one thing: `If-None-Match` saves an answer, `If-Match` a write over somebody else's."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.compression import SUFFIX
from evalhub.models import Workspace

if TYPE_CHECKING:
    from evalhub.api.base import ApiView

READS = ("GET", "HEAD")
CHANGES = ("PUT", "PATCH", "DELETE")


class Changed(APIException):
    """What is to be changed is not as it was when the caller looked."""

    status_code = 412
    default_detail = "this has changed since the ETag in If-Match; look at it again and then decide"


def tag_of(content: bytes) -> str:
    """The strong validator of a body."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def asked_tags(request: Request, header: str) -> list[str]:
    """The validators of a request, without what packing adds to them."""
    found = parse_etags(request.headers.get(header, ""))
    return [tag.replace(f'{SUFFIX}"', '"') if tag.endswith(f'{SUFFIX}"') else tag for tag in found]


def tagged(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """An answer with its ETag; 304 without a body where the caller has it."""
    if request.method not in READS or response.status_code != 200:
        return response
    if isinstance(response, Response) and "ETag" not in response:
        response.render()
        response["ETag"] = tag_of(response.content)
    tag = response.get("ETag")
    if tag is None:
        return response
    known = asked_tags(request, "If-None-Match")
    if known != ["*"] and bare(tag) not in map(bare, known):
        return response
    return _unchanged(response)


def is_conditional(view: "ApiView", request: Request) -> bool:
    """Whether a request is to change something only as its caller saw it."""
    asked = asked_tags(request, "If-Match")
    return request.method in CHANGES and hasattr(view, "get") and asked not in ([], ["*"])


def answered_if_matched(
    view: "ApiView", handler: Callable[..., HttpResponseBase], request: Request, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Look, compare and change in one step: of two who saw the same, one is told that it has changed.

    Raises:
        Changed: it is not as the caller saw it.
    """
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=view.workspace.pk)
        seen = view.finalize_response(request, view.get(request, *args, **kwargs))  # type: ignore[attr-defined]  # is_conditional
        if isinstance(seen, Response):
            seen.render()
        # A view that sets its own may set a weak one, which is all that its callers have.
        tag = seen.get("ETag") or tag_of(seen.content)
        if bare(tag) not in map(bare, asked_tags(request, "If-Match")):
            raise Changed
        return handler(request, *args, **kwargs)


def bare(tag: str) -> str:
    """What two validators are compared by where weak ones may match."""
    return tag.removeprefix("W/")


def _unchanged(response: HttpResponseBase) -> HttpResponseNotModified:
    answer = HttpResponseNotModified()
    for name in ("ETag", "Vary", "Cache-Control"):
        if name in response:
            answer[name] = response[name]
    return answer
