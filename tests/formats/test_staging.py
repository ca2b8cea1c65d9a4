"""A corpus staged on disk: unique, ordered, and gone afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evalhub.core.digest import text_digest
from evalhub.formats.errors import InputError
from evalhub.formats.source import Source
from evalhub.formats.staging import FOLDER_PREFIX, StagedDocument, stage_documents

MakeSource = Callable[[str, str | bytes], Source]


def document(doc_id: str, text: str = "x", extra: str = "") -> str:
    return f'{{"_id": "{doc_id}", "title": "T", "text": "{text}"{extra}}}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "staging here"
    path.mkdir()
    return path


def test_documents_come_back_by_code_point_in_batches(make_source: MakeSource, folder: Path) -> None:
    # By code point: Z (5A) < a (61) < e-acute (E9) < fullwidth A (FF21) < emoji (1F600). UTF-16 order would
    # put the emoji (D83D DE00) before FF21.
    ids = ["\U0001f600", "a", "Z", "\uff21", "\u00e9", "a1"]
    source = make_source("c.jsonl", "".join(map(document, ids)))
    with stage_documents(source, folder) as staged:
        batches = list(staged.batches(4))
    assert [len(batch) for batch in batches] == [4, 2]
    assert [row.doc_id for batch in batches for row in batch] == sorted(ids)
    assert sorted(ids) == ["Z", "a", "a1", "\u00e9", "\uff21", "\U0001f600"]


def test_a_staged_document_has_both_digests(make_source: MakeSource, folder: Path) -> None:
    source = make_source("c.jsonl", document("a", "x", ', "n": 1, "m": {"k": [1, "é"]}'))
    with stage_documents(source, folder) as staged:
        ((row,),) = staged.batches()
    digest = text_digest("T", "x")
    row_digest = text_digest(digest, '{"m":{"k":[1,"é"]},"n":1}')
    assert row == StagedDocument("a", "T", "x", {"m": {"k": [1, "é"]}, "n": 1}, digest, row_digest)


def test_the_row_digest_ignores_the_order_of_metadata_only(make_source: MakeSource, folder: Path) -> None:
    def digests(line: str) -> tuple[str, str]:
        with stage_documents(make_source("c.jsonl", line), folder) as staged:
            ((row,),) = staged.batches()
        return row.digest, row.row_digest

    plain = digests(document("a", "x", ', "m": 1, "n": 2'))
    assert digests(document("a", "x", ', "n": 2, "m": 1')) == plain
    changed = digests(document("a", "x", ', "m": 1, "n": 3'))
    assert changed[0] == plain[0]
    assert changed[1] != plain[1]


def test_documents_can_be_fetched_by_id(make_source: MakeSource, folder: Path) -> None:
    source = make_source("c.jsonl", "".join(document(f"d{number}") for number in range(2000)))
    with stage_documents(source, folder) as staged:
        fetched = {row.doc_id for row in staged.fetch([f"d{number}" for number in range(0, 4000, 2)])}
        assert staged.count == 2000
    assert fetched == {f"d{number}" for number in range(0, 2000, 2)}


def test_a_duplicate_names_both_lines_and_leaves_nothing(make_source: MakeSource, folder: Path) -> None:
    source = make_source("c.jsonl", document("a") + document("b") + "\n" + document("a", "other"))
    with pytest.raises(InputError) as caught, stage_documents(source, folder):
        raise AssertionError("a duplicate was let in")
    assert (
        str(caught.value)
        == 'c.jsonl:4: field "_id": "a" is already on line 1. Give every line a unique "_id".'
    )
    assert list(folder.iterdir()) == []


def test_a_number_and_its_text_are_the_same_id(make_source: MakeSource, folder: Path) -> None:
    source = make_source("c.jsonl", '{"sku": 1, "text": "x"}\n{"sku": "1", "text": "y"}\n')
    with (
        pytest.raises(InputError, match='field "sku": "1" is already on line 1'),
        stage_documents(source, folder, columns={"doc_id": "sku"}),
    ):
        raise AssertionError("a duplicate was let in")


def test_the_file_goes_with_the_context(make_source: MakeSource, folder: Path) -> None:
    source = make_source("c.jsonl", document("a") * 1)
    with stage_documents(source, folder):
        (own_folder,) = folder.iterdir()
        assert own_folder.name.startswith(FOLDER_PREFIX)
    assert list(folder.iterdir()) == []


def test_empty_documents_are_counted(make_source: MakeSource, folder: Path) -> None:
    lines = [document(f"d{number}") for number in range(199)]
    source = make_source("c.jsonl", "".join(lines) + '{"_id": "e", "text": " "}\n')
    with stage_documents(source, folder) as staged:
        assert (staged.count, staged.n_empty) == (200, 1)
