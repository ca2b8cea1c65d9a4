"""Bytes to numbered lines of text: strict UTF-8, a BOM tolerated, NUL refused, bounded length."""

import io
from collections.abc import Iterator
from typing import NamedTuple

from evalhub.formats.errors import InputError, Place

BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line without its line break; `number` counts from 1."""

    number: int
    text: str


def lines_of(stream: io.BufferedReader, file: str, max_line_bytes: int) -> Iterator[Line]:
    r"""Yield the lines of a stream; only "\n" and "\r\n" end a line.

    Raises:
        InputError: not UTF-8, a NUL byte, or a line of more than `max_line_bytes`.
    """
    number = offset = 0
    while raw := stream.readline(max_line_bytes + 1):
        number += 1
        if len(raw) > max_line_bytes:
            raise _too_long(Place(file, number), max_line_bytes)
        if b"\0" in raw:
            raise _holds_nul(Place(file, number), offset + raw.index(b"\0"))
        body = raw.removeprefix(BOM) if number == 1 else raw
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            start = offset + len(raw) - len(body) + error.start
            raise _not_utf8(Place(file, number), start, body[error.start]) from error
        offset += len(raw)
        yield Line(number, text.removesuffix("\n").removesuffix("\r"))


def _too_long(place: Place, max_line_bytes: int) -> InputError:
    return place.error(
        None,
        f"a line of more than {max_line_bytes:,} bytes",
        "Split long documents into passages, or raise the option max_line_bytes.",
    )


def _holds_nul(place: Place, offset: int) -> InputError:
    return place.error(
        None,
        f"a NUL byte at byte {offset:,} of the file",
        "Remove it; if the file is UTF-16, convert it: iconv -f UTF-16 -t UTF-8 IN > OUT.",
    )


def _not_utf8(place: Place, offset: int, byte: int) -> InputError:
    return place.error(
        None,
        f"not UTF-8: byte 0x{byte:02x} at byte {offset:,} of the file",
        "Convert the file from the encoding it has, for example: iconv -f WINDOWS-1252 -t UTF-8 IN > OUT.",
    )
