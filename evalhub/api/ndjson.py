"""Whole lists as JSON Lines, some rows at a time: however long they are, in the memory of those."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

MEDIA_TYPE = "application/x-ndjson"
ROWS_AT_ONCE = 1000


class LinesRenderer(JSONRenderer):
    """Lets a client ask for JSON Lines; the view writes them itself."""

    media_type = MEDIA_TYPE
    format = "ndjson"


def wants_lines(request: Request) -> bool:
    """Whether the client asked for JSON Lines."""
    return isinstance(getattr(request, "accepted_renderer", None), LinesRenderer)


def lines_of(
    rows: QuerySet[Any, Any],
    serializer: type[BaseSerializer[Any]],
    enrich: Callable[[list[Any]], Iterable[Any]],
) -> Iterator[bytes]:
    """The rows as lines; `enrich` reads what belongs to some of them."""
    writer = JSONRenderer()
    left = iter(rows.iterator(chunk_size=ROWS_AT_ONCE))
    while some := list(islice(left, ROWS_AT_ONCE)):
        shown = serializer(enrich(some), many=True).data
        yield b"".join(writer.render(row) + b"\n" for row in shown)


def streamed(lines: Iterator[bytes]) -> StreamingHttpResponse:
    """An answer that is written while it is read."""
    return StreamingHttpResponse(lines, content_type=MEDIA_TYPE)
