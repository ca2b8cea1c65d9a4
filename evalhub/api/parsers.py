"""Bodies: JSON that can be stored, and multipart forms that are whole."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.utils import json as strict_json

from evalhub.formats.jsonl import each_key_once

MAX_UPLOAD_BYTES = 64 * 2**30

# No database keeps these: NUL (as json.dumps writes it), and half of a surrogate pair.
_UNSTORABLE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]")


class TooLarge(APIException):
    """The body is larger than is accepted."""

    status_code = 413
    default_detail = (
        f"a file of more than {MAX_UPLOAD_BYTES:,} bytes; split it, or import it by evalhub corpus"
    )


class StorableJsonParser(JSONParser):
    """JSON, without the characters that no database keeps."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Read a body.

        Raises:
            ParseError: it is not JSON, nested too deeply, says a key twice, or holds such a character or a
                number that is too large.
            RequestDataTooBig: it is larger than a body that is read into memory may be.
        """
        try:
            data = strict_json.loads(_whole(stream).decode("utf-8"), object_pairs_hook=each_key_once)
            text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply") from error
        except ValueError as error:
            raise ParseError(f"JSON parse error - {error}") from error
        if _UNSTORABLE.search(text):
            raise ParseError("the body holds a NUL character or half a surrogate pair; remove it")
        return data


def _whole(stream: IO[Any]) -> bytes:
    most = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise RequestDataTooBig
    return body


class WholeMultiPartParser(MultiPartParser):
    """A multipart form whose body is as long as it says; what was cut short must not pass for a file."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "DataAndFiles[Any, Any]":
        """Read a form.

        Raises:
            ParseError: it is not a form, or ended early.
            TooLarge: it is larger than is accepted.
        """
        request: Request = (parser_context or {})["request"]
        body = MeasuredBody(stream, announced_bytes(request))
        return super().parse(cast(IO[Any], body), media_type, parser_context)


class MeasuredBody:
    """A body that refuses to be too large, or to end before it said."""

    def __init__(self, stream: IO[Any], announced: int | None) -> None:
        if announced is not None and announced > MAX_UPLOAD_BYTES:
            raise TooLarge
        self._stream = stream
        self._announced = announced
        self._n_bytes = 0

    def read(self, size: int = -1) -> bytes:
        """Read as a file does.

        Raises:
            ParseError: the body ended early.
            TooLarge: it is larger than is accepted.
        """
        chunk: bytes = self._stream.read(size)
        self._n_bytes += len(chunk)
        if self._n_bytes > MAX_UPLOAD_BYTES:
            raise TooLarge
        if not chunk and size and self._n_bytes < (self._announced or 0):
            raise ParseError(
                f"the body ended after {self._n_bytes:,} of {self._announced:,} bytes; send it again"
            )
        return chunk


def announced_bytes(request: Request) -> int | None:
    """The length that a request says its body has; None where it comes in chunks."""
    length = request.META.get("CONTENT_LENGTH", "")
    return int(length) if length.isdigit() else None
