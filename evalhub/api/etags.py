"""ETags of what is one thing: `If-None-Match` saves an answer, `If-Match` a write over somebody else's."""

import hashlib
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.compression import SUFFIX

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


def check_match(view: "ApiView", request: Request, *arguments: Any, **named: Any) -> None:
    """See that what a request changes is as its caller saw it.

    Raises:
        Changed: it is not.
    """
    asked = asked_tags(request, "If-Match")
    look = getattr(view, "get", None)
    if request.method not in CHANGES or look is None or not asked or asked == ["*"]:
        return
    seen = view.finalize_response(request, look(request, *arguments, **named))
    if isinstance(seen, Response):
        seen.render()
    if not isinstance(seen, HttpResponse) or tag_of(seen.content) not in asked:
        raise Changed


def bare(tag: str) -> str:
    """What two validators are compared by where weak ones may match."""
    return tag.removeprefix("W/")


def _unchanged(response: HttpResponseBase) -> HttpResponseNotModified:
    answer = HttpResponseNotModified()
    for name in ("ETag", "Vary", "Cache-Control"):
        if name in response:
            answer[name] = response[name]
    return answer
