"""Bytes to lines: encodings, line breaks, bounds."""

import io

import pytest

from evalhub.formats.errors import InputError
from evalhub.formats.lines import Line, lines_of


def read(content: bytes, max_line_bytes: int = 100) -> list[Line]:
    return list(lines_of(io.BufferedReader(io.BytesIO(content)), "f.txt", max_line_bytes))  # type: ignore[arg-type]  # BytesIO serves


def test_only_newlines_end_lines_and_a_bom_is_dropped() -> None:
    content = "\ufeffone\r\ntwo\u2028still two\n\nfour".encode()
    assert read(content) == [(1, "one"), (2, "two\u2028still two"), (3, ""), (4, "four")]


def test_what_is_not_utf8_is_named_by_line_and_byte() -> None:
    # "caf" + e-acute in Latin-1: "ok\n" is 3 bytes, "caf" 3 more, so the byte at fault is number 6.
    with pytest.raises(InputError) as caught:
        read("ok\ncafé\n".encode("latin-1"))
    assert str(caught.value) == (
        "f.txt:2: not UTF-8: byte 0xe9 at byte 6 of the file. Convert the file from the encoding it has, "
        "for example: iconv -f WINDOWS-1252 -t UTF-8 IN > OUT."
    )


def test_the_bom_counts_in_the_byte_offset() -> None:
    # 3 bytes of BOM, then "a", then the bad byte: offset 4.
    with pytest.raises(InputError, match="byte 0xff at byte 4 of the file"):
        read(b"\xef\xbb\xbfa\xff")


def test_nul_bytes_and_so_utf16_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        read(b"ok\n" + "a\n".encode("utf-16-le"))
    assert str(caught.value) == (
        "f.txt:2: a NUL byte at byte 4 of the file. Remove it; if the file is UTF-16, convert it: "
        "iconv -f UTF-16 -t UTF-8 IN > OUT."
    )


def test_a_line_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert read(b"x" * 99 + b"\n") == [(1, "x" * 99)]
    with pytest.raises(InputError) as caught:
        read(b"short\n" + b"x" * 101)
    assert str(caught.value) == (
        "f.txt:2: a line of more than 100 bytes. Split long documents into passages, "
        "or raise the option max_line_bytes."
    )
