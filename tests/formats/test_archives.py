"""Compressed input: every kind is read, and every way it can be bad is told apart."""

import bz2
import gzip
import io
import re
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pytest

from evalhub.formats.documents import read_documents
from evalhub.formats.errors import InputError
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]

LINES = "".join(f'{{"_id": "d{number}", "text": "word {number}"}}\n' for number in range(2000)).encode()
SMALL = Limits(ratio_floor_bytes=100_000, max_ratio=50)


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return packed


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def refusal(source: Source, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(InputError) as caught:
        list(read_documents(source, limits=limits))
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corpus.jsonl", LINES),
        ("corpus.jsonl.gz", gzip.compress(LINES)),
        ("corpus.jsonl.gz", gzip.compress(LINES[:40]) + gzip.compress(LINES[40:])),
        ("corpus.jsonl.zst", zstd(LINES)),
        ("corpus.jsonl.zst", zstd(LINES[:40]) + zstd(LINES[40:])),
        ("corpus.zip", zipped({"anything.jsonl": LINES})),
        ("no suffix at all", gzip.compress(LINES)),
        ("mac.zip", zipped({"corpus.jsonl": LINES, "__MACOSX/._corpus.jsonl": b"x", ".DS_Store": b"x"})),
        ("beir.zip", zipped({"scifact/corpus.jsonl": LINES, "scifact/queries.jsonl": b"{}"})),
    ],
)
def test_the_compression_is_told_by_the_content(make_source: MakeSource, name: str, content: bytes) -> None:
    rows = list(read_documents(make_source(name, content)))
    assert len(rows) == 2000
    assert rows[-1].doc_id == "d1999"


def test_lines_in_archives_are_named_with_the_member(make_source: MakeSource) -> None:
    source = make_source("data.zip", zipped({"corpus.jsonl": b'{"_id": "a", "text": "x"}\nbroken\n'}))
    assert refusal(source).startswith("data.zip/corpus.jsonl:2: not a JSON object")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.gz", gzip.compress(LINES)[:-300], "a.gz: broken gzip archive (Compressed file ended before"),
        ("a.gz", gzip.compress(LINES)[:-8] + b"12345678", "a.gz: broken gzip archive (CRC check failed"),
        ("a.zst", zstd(LINES)[:-300], "a.zst: broken zstd archive (Truncated compressed stream)"),
        ("a.zst", zstd(LINES)[:200] + b"\xff" * 200, "a.zst: broken zstd archive ("),
        ("a.zip", zipped({"a.jsonl": LINES})[:-50], "a.zip: broken zip archive (File is not a zip file)"),
    ],
)
def test_a_broken_archive_says_so(make_source: MakeSource, name: str, content: bytes, said: str) -> None:
    message = refusal(make_source(name, content))
    assert message.startswith(said)
    assert message.endswith("Create or download the file again.")


def test_a_zip_whose_member_is_damaged_is_broken(make_source: MakeSource) -> None:
    content = bytearray(zipped({"a.jsonl": LINES}))
    content[200] ^= 0xFF
    assert refusal(make_source("a.zip", bytes(content))).startswith("a.zip: broken zip archive (")


def test_an_encrypted_zip_is_refused(make_source: MakeSource) -> None:
    content = bytearray(zipped({"a.jsonl": LINES}))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 8] |= 1  # general purpose flag, bit 0: encrypted
    message = refusal(make_source("a.zip", bytes(content)))
    assert message == "a.zip: the archive is encrypted. Pack it again without a password."


@pytest.mark.parametrize(
    ("name", "packed"),
    [("a.gz", gzip.compress), ("a.zst", zstd), ("a.zip", lambda text: zipped({"a": text}))],
)
def test_a_bomb_is_refused_at_the_ratio(
    make_source: MakeSource, name: str, packed: Callable[[bytes], bytes]
) -> None:
    line = b'{"_id": "a", "text": "' + b"x" * 50_000 + b'"}\n'
    source = make_source(name, packed(line * 200))  # 10 MB out of some 10 kB
    message = refusal(source, SMALL)
    assert "unpacks to more than" in message
    assert message.endswith("raise the option max_ratio.")
    assert len(list(read_documents(source, limits=Limits(ratio_floor_bytes=2**30)))) == 200


def test_a_bomb_is_refused_by_default(make_source: MakeSource) -> None:
    # 40 MB, above the floor of 16 MiB, out of some 39 kB: about 1,000 times.
    message = refusal(make_source("bomb.zip", zipped({"corpus.jsonl": b"x" * 40_000_000})))
    assert re.sub(r"from [0-9,]{6}", "from N", message) == (
        "bomb.zip: unpacks to more than 16,777,216 bytes from N. "
        "If the archive is meant to be that large, raise the option max_ratio."
    )


def test_the_total_is_bounded_whatever_the_ratio(make_source: MakeSource) -> None:
    message = refusal(make_source("a.gz", gzip.compress(LINES)), Limits(max_bytes_out=70_000))
    assert message.startswith("a.gz: unpacks to more than 70,000 bytes from ")
    assert message.endswith("raise the option max_bytes_out.")


def test_what_is_packed_twice_is_not_followed(make_source: MakeSource) -> None:
    assert refusal(make_source("a.gz", gzip.compress(zstd(LINES)))) == (
        "a.gz: packed twice (zstd inside gzip). Unpack it once and import the inner file."
    )


def test_other_kinds_of_compression_are_named(make_source: MakeSource) -> None:
    assert refusal(make_source("a.bz2", bz2.compress(LINES))) == (
        "a.bz2: compressed with bzip2, which is not supported. Use gzip, zstd or zip."
    )


def test_a_zip_of_several_files_must_be_a_beir_layout(make_source: MakeSource) -> None:
    assert refusal(make_source("a.zip", zipped({"one.jsonl": LINES, "two.jsonl": LINES}))) == (
        "a.zip: holds no corpus file; there are: one.jsonl, two.jsonl. "
        "Name the file itself, or call it corpus.jsonl."
    )
    assert refusal(make_source("a.zip", zipped({}))).startswith(
        "a.zip: holds no corpus file; no data file is in it."
    )
