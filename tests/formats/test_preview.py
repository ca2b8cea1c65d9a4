"""What a file turns out to be."""

import gzip
import io
import zipfile
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


def test_trec_files_have_columns_by_their_place(make_source: MakeSource) -> None:
    found = detect(make_source("test.qrels", "q1 0 d1 2\n\nq1 0 d2 0\n"), "qrels")
    assert (found.format, found.columns) == ("trec", ["query_id", "(unused)", "doc_id", "grade"])
    assert found.rows[1] == {"query_id": "q1", "(unused)": "0", "doc_id": "d2", "grade": "0"}
    run = detect(make_source("a.run", "q1 Q0 d1 1 9.5 tag\n"), "run")
    assert run.rows == [
        {"query_id": "q1", "(unused)": "Q0", "doc_id": "d1", "rank": "1", "score": "9.5", "tag": "tag"}
    ]


def test_grades_with_a_header_are_a_table(make_source: MakeSource) -> None:
    found = detect(make_source("test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n"), "qrels")
    assert (found.format, found.columns) == ("tsv", ["query-id", "corpus-id", "score"])


def test_the_wanted_member_of_an_archive_is_shown(make_source: MakeSource) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("items.csv", "id,text\n1,a\n")
    found = detect(make_source("items.zip", packed.getvalue()), "corpus")
    assert (found.file, found.format, found.compression) == ("items.zip/items.csv", "csv", "zip")


def test_grades_under_other_names_are_a_table_to_be_mapped(make_source: MakeSource) -> None:
    found = detect(make_source("stars.csv", "question,sku,stars\nq1,K1,2\n"), "qrels")
    assert (found.format, found.columns) == ("csv", ["question", "sku", "stars"])
    four = detect(make_source("g.tsv", "q d stars who\n".replace(" ", "\t") + "q1\td1\t2\tann\n"), "qrels")
    assert (four.format, four.columns) == ("tsv", ["q", "d", "stars", "who"])
