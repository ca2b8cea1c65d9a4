"""Upload, look, map columns, import: with every kind of file that people have."""

import gzip
import io
from collections.abc import Callable

import pyarrow as pa
import pytest
from django.test import Client
from pyarrow import parquet

from evalhub import conf
from evalhub.models import Campaign, Corpus, Document, GoldLabel, Job, Query, Snapshot, System
from tests.dashboard.inputs import HOSTILE, TURNED
from tests.dashboard.launch.conftest import CORPUS, Page, documents, zipped
from tests.people import person
from tests.pipeline.conftest import Broker

Visit = Callable[..., Page]


def _parquet() -> bytes:
    out = io.BytesIO()
    table = pa.table(
        {"SKU": [f"K{n}" for n in range(12)], "Bezeichnung": [f"Kettle number {n}, red" for n in range(12)]}
    )
    parquet.write_table(table, out)
    return out.getvalue()


def test_an_empty_installation_asks_for_files(visit: Visit) -> None:
    page = visit()
    assert page.answer.status_code == 200
    assert "Nothing is here yet: upload a file." in page.html
    assert "Choose a corpus, or upload one." in page.summary
    assert page.fields["model"] == ["minilm", "wordllama"]
    assert page.fields["rater"] == ["default"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kettles.csv", CORPUS.encode(), "CSV,"),
        ("kettles.tsv", CORPUS.replace(",", "\t").encode(), "TSV,"),
        ("kettles.csv.gz", gzip.compress(CORPUS.encode()), "CSV, gzip,"),
        ("all.zip", zipped(kettles_csv=CORPUS), "CSV, in a zip archive,"),
        ("kettles.parquet", _parquet(), "Parquet,"),
        ("bom.csv", b"\xef\xbb\xbf" + CORPUS.encode(), "CSV,"),
    ],
)
def test_two_columns_with_odd_names_are_guessed_and_imported(
    visit: Visit, broker: Broker, name: str, content: bytes, said: str
) -> None:
    page = visit().upload("corpus", name, content)
    assert f"{said} " in page.html
    assert page.fields["corpus_column_doc_id"] == ["SKU"]
    assert page.fields["corpus_column_text"] == ["Bezeichnung"]
    assert page.fields["corpus_column_title"] == [""]
    page = page.press("use:corpus")
    assert "waits for a worker" in page.html
    broker.drain()
    page = page.press("update")
    assert f"{name} imported as {name.split('.')[0]}." in page.html
    assert page.fields["corpus"] == [name.split(".")[0]]
    assert Document.objects.get(doc_id="K3").text.startswith("Kettle number 3")
    assert list(conf.uploads_folder().iterdir()) == []


def test_columns_are_a_persons_to_choose(visit: Visit, broker: Broker) -> None:
    content = documents(
        [{"id": f"d{n}", "title": "wrong", "name": f"n{n}", "body": f"b{n}"} for n in range(3)]
    )
    page = visit().upload("corpus", "items.jsonl", content)
    assert page.fields["corpus_column_title"] == ["title"]
    page = page.press("update", corpus_column_title="name", corpus_name="mine")
    assert (page.fields["corpus_column_title"], page.fields["corpus_name"]) == (["name"], ["mine"])
    page.press("use:corpus")
    broker.drain()
    found = Document.objects.get(doc_id="d1", corpus__name="mine")
    assert (found.title, found.text, found.metadata) == ("n1", "b1", {"title": "wrong"})


def test_a_title_that_is_not_wanted_is_not_read(visit: Visit, broker: Broker) -> None:
    page = visit().upload("corpus", "items.jsonl", documents([{"_id": "d", "title": "t", "text": "b"}]))
    page.press("use:corpus", corpus_column_title="")
    broker.drain()
    assert (Document.objects.get().title, Document.objects.get().metadata) == ("", {"title": "t"})


def test_usual_names_are_the_same_job_as_over_rest(visit: Visit, broker: Broker) -> None:
    page = visit().upload("corpus", "c.jsonl", documents([{"_id": "d", "title": "t", "text": "b"}]))
    page.press("use:corpus")
    broker.drain()
    assert Job.objects.get(kind="ingest").params["columns"] is None


def test_odd_documents_are_counted(visit: Visit) -> None:
    content = "id,text\n" + "".join(f"{n},a text that is long enough {n}\n" for n in range(200))
    page = visit().upload(
        "corpus", "c.csv", content + '200,""\n201,short\n202,a text that is long enough 1\n'
    )
    assert "1 of the 203 documents have neither title nor text" in page.html
    assert "1 of the 203 documents are shorter than 20 characters" in page.html
    assert "1 of the 203 documents have the same text as one before them" in page.html


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>.csv",
        f"{TURNED}.csv",
        "../../etc/passwd.csv",
        "=cmd|' /C calc'!A0.csv",
        " .csv",
    ],
)
def test_hostile_names_and_contents_are_inert(visit: Visit, broker: Broker, name: str) -> None:
    quoted = HOSTILE.replace('"', '""')
    content = f'id,"{quoted}",text\n1,x,"{quoted}"\n2,y,{TURNED}\n'
    page = visit().upload("corpus", name, content)
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    page.press("use:corpus")
    broker.drain()
    (corpus,) = Corpus.objects.all()
    assert corpus.name.isprintable()
    assert "/" not in corpus.name
    assert not (conf.home_folder() / "etc").exists()


def test_long_cells_and_many_columns_are_cut_short(visit: Visit) -> None:
    header = ",".join(["id", "text", *(f"column {n}" for n in range(500))])
    row = ",".join(["1", "w" * 500_000, *("x" for _ in range(500))])
    page = visit().upload("corpus", "wide.csv", f"{header}\n{row}\n")
    assert len(page.html) < 100_000
    assert "494 more columns are not shown" in page.html


def test_a_token_is_its_owners_and_nobody_can_make_one(visit: Visit, client: Client) -> None:
    page = visit().upload("corpus", "c.csv", CORPUS)
    client.force_login(person("eve"))
    assert "no longer here" in page.press("update").error("corpus_file")
    assert "no longer here" in page.press("use:corpus", corpus_token="../evalhub.sqlite3").error(
        "corpus_file"
    )
    assert not Corpus.objects.exists()


def test_not_this_file_forgets_it(visit: Visit) -> None:
    page = visit().upload("corpus", "c.csv", CORPUS).press("drop:corpus")
    assert "corpus_token" not in page.fields
    assert list(conf.uploads_folder().iterdir()) == []


def test_an_import_that_fails_later_says_why(
    visit: Visit, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalhub.services.uploads.CHECKED_AT_ONCE_BYTES", 0)
    content = "id,text\n1,some text\n1,other text\n"
    page = visit().upload("corpus", "big.csv", content).press("use:corpus")
    broker.drain()
    page = page.press("update")
    assert "big.csv:3: field" in page.html
    assert "nothing of it was stored" in page.html
    assert not Snapshot.objects.exists()


def test_progress_is_polled_until_it_is_final(visit: Visit, broker: Broker, client: Client) -> None:
    page = visit().upload("corpus", "c.csv", CORPUS).press("use:corpus")
    address = f"/campaigns/new/imports/{page.fields['corpus_job'][0]}/"
    moving = client.get(address, headers={"HX-Request": "true"})
    assert (moving.status_code, "every 1s" in moving.content.decode()) == (200, True)
    broker.drain()
    done = client.get(address, headers={"HX-Request": "true"})
    assert (done.status_code, "every 1s" in done.content.decode()) == (286, False)
    assert client.get("/campaigns/new/imports/999/").status_code == 404


def test_queries_gold_labels_and_a_run(filled: Page) -> None:
    assert Query.objects.filter(collection__name="head").count() == 2
    page = filled.upload("gold", "grades.csv", "query,sku,stars\nq1,K1,2\nq1,K2,0\n")
    page = page.press(
        "use:gold", gold_column_query_id="query", gold_column_doc_id="sku", gold_column_grade="stars"
    )
    assert "2 gold labels imported for head." in page.html
    assert GoldLabel.objects.count() == 2
    page = page.upload("run", "production.trec", "q1 Q0 K1 1 9.5 t\nq2 Q0 K2 1 8 t\n")
    assert "TREC," in page.html
    page = page.press("use:run")
    assert page.fields["system"] == [str(System.objects.get().pk)]
    assert "production is ticked below." in page.html


@pytest.mark.parametrize("name", ["run." + "a" * 190 + ".trec", "run.tr\u202eec", "run"])
def test_a_run_may_have_a_name_that_no_file_here_can_have(filled: Page, name: str) -> None:
    page = filled.upload("run", name, "q1 Q0 K1 1 9.5 t\nq2 Q0 K2 1 8 t\n").press("use:run", run_name="prod")
    assert System.objects.get(name="prod").run_path.startswith("runs/")
    (kept,) = conf.runs_folder().iterdir()
    assert len(kept.name) < 100
    assert "prod is ticked below." in page.html


def test_a_file_that_is_not_imported_holds_the_start_back(filled: Page) -> None:
    labels = "query_id,doc_id,grade\nq1,K1,1\nq1,K2,0\n"
    page = filled.upload("gold", "g.csv", labels)
    assert "g.csv is not imported yet" in page.summary
    assert "Ready." not in page.summary
    page = page.press("start")
    assert page.error("gold_use") == "g.csv is not imported yet: import it, or press Not this file."
    assert not Campaign.objects.exists()
    assert "Ready." in page.press("use:gold").summary
    assert "Ready." in page.press("drop:gold").summary
