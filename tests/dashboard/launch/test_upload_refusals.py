"""Files that can not be imported, and what the page says of them."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

import pytest

from evalhub import conf
from evalhub.dashboard.launch.form import LaunchForm
from evalhub.dashboard.launch.imports import IMPORTS, Import
from evalhub.dashboard.launch.previews import Preview
from evalhub.models import Corpus, System, Workspace
from evalhub.services.drafts import draft_drop
from tests.dashboard.launch.conftest import CORPUS, QUERIES, Page, zipped
from tests.pipeline.conftest import Broker

Visit = Callable[..., Page]


def test_a_refusal_names_the_line_and_another_column_mends_it(visit: Visit, broker: Broker) -> None:
    content = "code,nr,text\na,1,first text here\na,2,second text here\n"
    page = visit().upload("corpus", "c.csv", content)
    page = page.press("use:corpus", corpus_column_doc_id="code")
    assert page.error("corpus_use").startswith('c.csv:3: field "code": "a" is already on line 2.')
    assert not Corpus.objects.exists()  # nothing is left of what was refused
    page = page.press("use:corpus", corpus_column_doc_id="nr")
    broker.drain()
    assert page.press("update").fields["corpus"] == ["c"]


def test_what_the_import_would_refuse_is_said_before(visit: Visit) -> None:
    content = "id,text\n" + "".join(f"{n},some longer text\n" for n in range(5)) + "3,again\n"
    page = visit().upload("corpus", "c.csv", content)
    assert "c.csv:7: field" in page.html
    assert "is already on line 5" in page.html


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("c.csv", "id,text\n1,caf\xe9\n".encode("latin-1"), "c.csv:2: not UTF-8"),
        ("c.csv", b"", "c.csv is empty"),
        ("c.csv", b"id,text\n1,a\0b\n", "a NUL byte"),
        ("c.zip", b"PK\x03\x04 broken", "broken zip archive"),
        ("c.7z", b"7z\xbc\xaf\x27\x1c", "compressed with 7-Zip, which is not supported"),
        ("c.parquet", b"PAR1 broken PAR1", "broken Parquet file"),
        ("c.jsonl", b"[1, 2]\n", "not a JSON object"),
        ("c.csv", b"id,id\n1,2\n", "a column named twice"),
        ("beir.zip", zipped(corpus_csv=CORPUS, corpus_jsonl="{}"), "holds several corpus files"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_at_once(
    visit: Visit, name: str, content: bytes, said: str
) -> None:
    page = visit().upload("corpus", name, content)
    assert said in page.error("corpus_file")
    assert "corpus_token" not in page.fields
    assert list(conf.uploads_folder().iterdir()) == []


def test_a_header_alone_is_no_corpus(visit: Visit) -> None:
    page = visit().upload("corpus", "c.csv", "id,text\n")
    assert "no documents" in page.html
    assert "no documents" in page.press("use:corpus").error("corpus_use")


def test_no_file_chosen(visit: Visit) -> None:
    assert "No file was chosen" in visit().press("upload:corpus").error("corpus_file")


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines"])
def test_a_name_that_can_not_be(visit: Visit, name: str) -> None:
    page = visit().upload("corpus", "c.csv", CORPUS)
    if not name:
        assert page.press("use:corpus", corpus_name="").fields["corpus_job"]  # the file's own name
        return
    assert "write 1 to 100 printable characters" in page.press("use:corpus", corpus_name=name).error(
        "corpus_use"
    )


def test_ids_that_are_not_there_are_refused_at_their_line(filled: Page) -> None:
    page = filled.upload("gold", "g.qrels", "q1 0 K1 1\nq9 0 K1 1\n").press("use:gold")
    assert page.error("gold_use").startswith('g.qrels:2: field "query_id": "q9" is not in')
    page = page.press("drop:gold").upload("run", "a.trec", "q1 Q0 K99 1 9 t\n").press("use:run")
    assert page.error("run_use").startswith('a.trec:1: field "doc_id": "K99" is not in the corpus "kettles"')
    assert not System.objects.exists()


def test_labels_and_runs_need_what_they_name(visit: Visit) -> None:
    page = visit().upload("gold", "g.qrels", "q1 0 K1 1\n").press("use:gold")
    assert "upload the queries first" in page.error("gold_use")
    page = visit().upload("queries", "head.jsonl", QUERIES).press("use:queries")
    page = page.upload("run", "a.trec", "q1 Q0 K1 1 9 t\n").press("use:run")
    assert "upload the corpus first" in page.error("run_use")


def test_queries_alone_without_an_id_column_say_what_is_needed(visit: Visit) -> None:
    page = visit().upload("queries", "q.csv", "Suchbegriff\nkettle\n")
    assert page.fields["queries_column_text"] == ["Suchbegriff"]
    assert "which column is the query id" in page.press("use:queries").error("queries_use")


@pytest.mark.parametrize("part", ["corpus", "queries", "gold", "run"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("half.jsonl", b'{"_id": "a", "te\\ud800": "x", "text": "b"}\n'),
        ("mac.csv", b"id,text\r1,some text\r"),
    ],
)
def test_what_no_page_could_show_is_refused_on_the_page(
    visit: Visit, part: str, name: str, content: bytes
) -> None:
    page = visit().upload(part, name, content)
    assert page.answer.status_code == 200
    assert name in page.html


@pytest.mark.parametrize(
    ("part", "name", "content"), [("corpus", "c.csv", CORPUS), ("run", "r.trec", "q1 Q0 K1 1 9.5 t\n")]
)
def test_an_upload_that_another_request_used_just_now_is_said_to_be_gone(
    filled: Page, monkeypatch: pytest.MonkeyPatch, part: str, name: str, content: str
) -> None:
    page = filled.upload(part, name, content)
    usual = IMPORTS[part]

    def late(workspace: Workspace, form: LaunchForm, found: Preview, *, now: datetime) -> str:
        draft_drop(found.draft)
        with monkeypatch.context() as patched:
            # Its check reads the file first, and says so itself where it is gone by then.
            patched.setattr("evalhub.dashboard.launch.imports.run_check", lambda *arguments: None)
            return usual(workspace, form, found, now=now)

    monkeypatch.setitem(cast(dict[str, Import], IMPORTS), part, late)
    assert "no longer here" in page.press(f"use:{part}").error(f"{part}_file")


@pytest.mark.parametrize("part", ["corpus", "queries", "gold", "run"])
def test_a_column_with_a_name_of_a_megabyte_fits_on_a_page(visit: Visit, part: str) -> None:
    page = visit().upload(part, "a.csv", "id," + "n" * 1_000_000 + "\n1,some text that is long\n")
    assert len(page.html) < 60_000
    assert len(page.press(f"use:{part}").html) < 60_000


def test_a_column_that_is_needed_is_asked_for_in_the_words_of_the_page(filled: Page) -> None:
    page = filled.upload("gold", "g.csv", "query_id,doc_id,note\nq1,K1,good\nq1,K2,bad\n")
    assert "Choose which column is the grade." in page.html
    assert "looked at the first 0" not in page.html
    assert page.press("use:gold").error("gold_use").startswith("Choose which column is the grade.")
