"""What a file turns out to be."""

import gzip
from collections.abc import Callable

from evalhub.formats.preview import detect
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]


def test_a_table_shows_its_columns_and_first_rows(make_source: MakeSource) -> None:
    content = "sku,body\n" + "".join(f"{number},x\n" for number in range(9)) + "broken\n"
    found = detect(make_source("items.csv.gz", gzip.compress(content.encode())), "corpus", n_rows=2)
    assert (found.file, found.format, found.compression) == ("items.csv.gz", "csv", "gzip")
    assert found.columns == ["sku", "body"]
    assert found.rows == [{"sku": "0", "body": "x"}, {"sku": "1", "body": "x"}]


def test_jsonl_shows_the_keys_of_its_first_rows(make_source: MakeSource) -> None:
    found = detect(make_source("q", '{"_id": 1, "text": "a"}\n{"_id": 2, "lang": "b"}\n'), "queries")
    assert (found.format, found.compression, found.columns) == ("jsonl", "none", ["_id", "text", "lang"])
