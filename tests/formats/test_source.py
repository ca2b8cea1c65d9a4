"""Files, folders and streams that a user can name."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from evalhub.formats.documents import read_documents
from evalhub.formats.errors import InputError
from evalhub.formats.grades import read_grades
from evalhub.formats.queries import read_queries
from evalhub.formats.source import Source, spool

MakeSource = Callable[[str, str | bytes], Source]

DOCUMENT = '{"_id": "d1", "text": "a document"}\n'
QUERY = '{"_id": "q1", "text": "a query"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\n"


@pytest.fixture
def beir(make_source: MakeSource, tmp_path: Path) -> Source:
    make_source("beir/README.md", "notes")
    make_source("beir/corpus.jsonl", DOCUMENT)
    make_source("beir/queries.jsonl", QUERY)
    make_source("beir/queries_train.jsonl", QUERY)
    make_source("beir/qrels/test.tsv", QRELS)
    return Source("beir", tmp_path / "beir")


def refusal(source: Source) -> str:
    with pytest.raises(InputError) as caught:
        list(read_documents(source))
    return str(caught.value)


def test_a_beir_folder_gives_the_right_file_to_each_reader(beir: Source) -> None:
    assert [row.doc_id for row in read_documents(beir)] == ["d1"]
    assert [row.query_id for row in read_queries(beir)] == ["q1"]
    assert [row.grade for row in read_grades(beir)] == [2]
    assert [row.grade for row in read_grades(Source("beir/qrels", beir.path / "qrels"))] == [2]


def test_several_qrels_are_listed(beir: Source, make_source: MakeSource) -> None:
    make_source("beir/qrels/train.tsv", QRELS)
    with pytest.raises(InputError) as caught:
        list(read_grades(beir))
    assert str(caught.value) == (
        "beir: holds several qrels files: qrels/test.tsv, qrels/train.tsv. "
        "Name one, for example qrels/test.tsv."
    )


def test_errors_in_a_folder_name_its_file(beir: Source, make_source: MakeSource) -> None:
    make_source("beir/corpus.jsonl", DOCUMENT + "broken\n")
    assert refusal(beir).startswith("beir/corpus.jsonl:2: not a JSON object")


def test_a_folder_without_a_corpus_lists_what_it_has(make_source: MakeSource, tmp_path: Path) -> None:
    for number in range(12):
        make_source(f"other/part-{number:02}.txt", "x")
    assert refusal(Source("other", tmp_path / "other")) == (
        "other: holds no corpus file; there are: part-00.txt, part-01.txt, part-02.txt, part-03.txt, "
        "part-04.txt, part-05.txt, part-06.txt, part-07.txt, part-08.txt, part-09.txt and 2 more. "
        "Name the file itself, or call it corpus.jsonl."
    )


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    missing = Source("my.jsonl", tmp_path / "my.jsonl")
    assert refusal(missing) == "my.jsonl: no such file. Check the path and its permissions."


def test_a_source_is_named_by_its_path(tmp_path: Path) -> None:
    assert Source.at(tmp_path) == Source(str(tmp_path), tmp_path)


def test_a_stream_is_spooled_and_then_read_like_a_file(tmp_path: Path) -> None:
    path = spool(io.BytesIO(DOCUMENT.encode()), tmp_path)
    assert [row.doc_id for row in read_documents(Source("<stdin>", path))] == ["d1"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_stream_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        spool(Failing(), tmp_path)
    assert list(tmp_path.iterdir()) == []
