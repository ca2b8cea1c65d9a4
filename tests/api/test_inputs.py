"""Corpora, query collections, gold labels and runs, as they should be."""

import gzip
import io
from pathlib import Path
from typing import Any

import pytest

from evalhub import conf
from evalhub.api import parsers
from evalhub.models import Corpus, Job, QueryCollection, System, WorkUnit
from evalhub.pipeline.ingest import complete, run
from evalhub.services import uploads
from tests.api.conftest import API, DOCUMENTS, QRELS, QUERIES, RUN, Count, form_file, jsonl
from tests.api.schema_check import CheckedClient

RAW = "application/octet-stream"


def imported(location: str) -> Corpus:
    """Do what a worker does with the job at an address."""
    job = Job.objects.select_related("workspace").get(pk=int(location.rpartition("/")[2]))
    run(job, WorkUnit(job=job, number=1), lambda n_items_done: None)
    complete(job)
    return Corpus.objects.get(name=job.params["corpus"])


def test_a_corpus_is_made_once_whoever_repeats_it(api: CheckedClient) -> None:
    first = api.post(f"{API}/corpora", {"name": "books"}, format="json")
    again = api.post(f"{API}/corpora", {"name": "books"}, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["snapshot"] is None
    assert api.get(first["Location"]).json() == first.json()


@pytest.mark.parametrize("packed", [False, True])
def test_documents_come_bare_with_the_name_in_the_address(api: CheckedClient, packed: bool) -> None:
    corpus = api.post(f"{API}/corpora", {"name": "books"}, format="json").json()
    body = gzip.compress(jsonl(DOCUMENTS)) if packed else jsonl(DOCUMENTS)
    address = f"{API}/corpora/{corpus['id']}/documents?file_name=all.jsonl"
    response = api.post(address, body, content_type=RAW)
    assert response.status_code == 202
    assert (response.json()["kind"], response.json()["state"]) == ("ingest", "waiting")
    assert response.json()["label"] == "all.jsonl into books"
    assert api.get(response["Location"]).json() == response.json()
    assert imported(response["Location"]).documents.count() == 5
    shown = api.get(f"{API}/corpora/{corpus['id']}").json()["snapshot"]
    assert (shown["n_documents"], shown["source_name"]) == (5, "all.jsonl")


@pytest.mark.parametrize("in_form", [False, True])
def test_columns_are_named_in_the_form_or_in_the_address(
    api: CheckedClient, corpus: Corpus, in_form: bool
) -> None:
    table = form_file(b"sku,body\nd1,hello\n", "shop.csv")
    columns = ["doc_id=sku", "text=body"]
    address = f"{API}/corpora/{corpus.pk}/documents"
    if in_form:
        response = api.post(address, {"file": table, "column": columns})
    else:
        response = api.post(f"{address}?column={columns[0]}&column={columns[1]}", {"file": table})
    assert response.status_code == 202
    imported(response["Location"])
    assert list(corpus.documents.filter(removed_in=None).values_list("doc_id", "text")) == [("d1", "hello")]


def test_a_large_form_is_moved_and_not_held_in_memory(api: CheckedClient, corpus: Corpus) -> None:
    rows = [{"_id": f"d{n}", "text": "x" * 1000} for n in range(1200)]  # 1.2 MB; forms spool above 1 MiB
    response = api.post(f"{API}/corpora/{corpus.pk}/documents", {"file": form_file(jsonl(rows))})
    assert response.status_code == 202
    assert imported(response["Location"]).documents.filter(removed_in=None).count() == 1200


def test_a_body_in_chunks_is_read_where_the_server_knows_its_end(api: CheckedClient, corpus: Corpus) -> None:
    chunked: dict[str, Any] = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": io.BytesIO(jsonl(DOCUMENTS[:3])),
    }
    response = api.post(f"{API}/corpora/{corpus.pk}/documents", content_type=RAW, **chunked)
    assert response.status_code == 202
    assert imported(response["Location"]).documents.filter(removed_in=None).count() == 3


def test_the_upload_is_removed_once_it_is_imported(
    api: CheckedClient, corpus: Corpus, count_rows: Count
) -> None:
    response = api.post(f"{API}/corpora/{corpus.pk}/documents", jsonl(DOCUMENTS[:3]), content_type=RAW)
    assert count_rows()["uploads"] == 1
    imported(response["Location"])
    assert count_rows()["uploads"] == 0


def test_the_same_upload_again_finds_its_job_until_the_corpus_changed(
    api: CheckedClient, corpus: Corpus, count_rows: Count
) -> None:
    address = f"{API}/corpora/{corpus.pk}/documents"
    first = api.post(address, jsonl(DOCUMENTS[:3]), content_type=RAW)
    assert api.post(address, jsonl(DOCUMENTS[:3]), content_type=RAW).json() == first.json()
    assert count_rows()["uploads"] == 1
    imported(first["Location"])
    later = api.post(address, jsonl(DOCUMENTS[:3]), content_type=RAW)
    assert later.json()["id"] != first.json()["id"]


def test_a_finished_job_leaves_no_upload_behind(
    api: CheckedClient, corpus: Corpus, count_rows: Count
) -> None:
    address = f"{API}/corpora/{corpus.pk}/documents"
    job = api.post(address, jsonl(DOCUMENTS), content_type=RAW).json()  # what the corpus holds already
    Job.objects.filter(pk=job["id"]).update(state=Job.State.DONE)
    assert api.post(address, jsonl(DOCUMENTS), content_type=RAW).json()["state"] == "done"
    assert count_rows()["uploads"] == 0


def test_a_large_file_is_left_to_the_job_which_fails_with_the_same_message(
    api: CheckedClient, corpus: Corpus, count_rows: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = b'{"_id": "d1", "text": "a"}\n{broken\n'
    address = f"{API}/corpora/{corpus.pk}/documents?file_name=big.jsonl"
    at_once = api.post(address, broken, content_type=RAW)
    monkeypatch.setattr(uploads, "CHECKED_AT_ONCE_BYTES", len(broken) - 1)
    response = api.post(address, broken, content_type=RAW)
    assert (at_once.status_code, response.status_code) == (400, 202)
    with pytest.raises(Exception, match=r"^big\.jsonl:2: not a JSON object") as failure:
        imported(response["Location"])
    assert str(failure.value) == at_once.json()["detail"]
    assert count_rows()["uploads"] == 0
    assert corpus.documents.filter(removed_in=None).count() == 5


def test_queries_are_imported_at_once_and_a_repeat_changes_nothing(api: CheckedClient) -> None:
    made = api.post(f"{API}/query-collections", {"name": "head"}, format="json")
    assert made.status_code == 201
    address = f"{API}/query-collections/{made.json()['id']}"
    first = api.post(f"{address}/queries", jsonl(QUERIES), content_type=RAW)
    again = api.post(f"{address}/queries", {"file": form_file(jsonl(QUERIES))})
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["n_queries"], first.json()["version"]) == (2, 1)
    assert api.get(address).json() == first.json() == again.json()


@pytest.mark.parametrize("by_id", [False, True])
def test_gold_labels_name_their_collection_and_corpus_by_name_or_id(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection, by_id: bool
) -> None:
    named = (
        {"collection": collection.pk, "corpus": corpus.pk}
        if by_id
        else {"collection": "head", "corpus": "books"}
    )
    response = api.post(f"{API}/gold-labels", {**named, "file": form_file(b"q1 0 d5 3\n", "q.txt")})
    assert response.status_code == 201
    assert (response.json()["n_gold"], response.json()["gold_version"]) == (1, 2)
    again = api.post(f"{API}/gold-labels?collection=head", b"q1 0 d5 3\n", content_type=RAW)
    assert again.status_code == 200


def test_gold_labels_may_have_names_of_their_own(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection
) -> None:
    columns = ["query_id=question", "doc_id=sku", "grade=stars"]
    file = form_file(b"question,sku,stars\nq1,d5,3\n", "stars.csv")
    response = api.post(f"{API}/gold-labels", {"collection": "head", "column": columns, "file": file})
    assert response.status_code == 201, response.json()
    assert response.json()["n_gold"] == 1


def test_a_name_of_digits_means_the_name_before_the_id(
    api: CheckedClient, collection: QueryCollection
) -> None:
    twin = QueryCollection.objects.create(workspace=collection.workspace, name=str(collection.pk))
    response = api.post(f"{API}/gold-labels?collection={collection.pk}", b"q1 0 d5 3\n", content_type=RAW)
    assert response.status_code == 400
    assert f'is not in the query collection "{twin.name}"' in response.json()["detail"]


def test_a_run_becomes_a_system_once(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection, count_rows: Count
) -> None:
    fields = {"name": "production", "corpus": "books", "collection": "head"}
    first = api.post(f"{API}/systems", {**fields, "file": form_file(RUN.encode(), "prod.trec")})
    assert first.status_code == 201
    assert (first.json()["kind"], first.json()["run_name"]) == ("run", "prod.trec")
    again = api.post(
        f"{API}/systems",
        RUN.encode(),
        content_type=RAW,
        QUERY_STRING="&".join(f"{key}={value}" for key, value in fields.items()),
    )
    assert (again.status_code, again.json()) == (200, first.json())
    assert api.get(first["Location"]).json() == first.json()
    system = System.objects.get()
    assert (conf.home_folder() / system.run_path).read_text() == RUN
    assert count_rows()["uploads"] == 0


def test_the_name_of_a_file_is_its_last_part(api: CheckedClient, corpus: Corpus, tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "C:\\data\\passwd"):
        response = api.post(f"{API}/corpora/{corpus.pk}/documents?file_name={name}", b"{", content_type=RAW)
        assert response.json()["errors"][0]["file"] == "passwd"


def test_a_body_that_says_it_is_too_large_is_refused_unread(
    api: CheckedClient, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "MAX_UPLOAD_BYTES", 10)
    address = f"{API}/corpora/{corpus.pk}/documents"
    assert api.post(address, b"x" * 11, content_type=RAW).status_code == 413
    assert api.post(address, {"file": form_file(b"x" * 11)}).status_code == 413


@pytest.mark.parametrize("form", [False, True])
def test_a_body_that_was_cut_short_does_not_pass_for_a_file(
    api: CheckedClient, corpus: Corpus, count_rows: Count, form: bool
) -> None:
    before = count_rows()
    body = jsonl(DOCUMENTS)
    content_type = RAW
    if form:
        content_type = "multipart/form-data; boundary=b"
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
        body = head + body + b"\r\n--b--\r\n"
    address = f"{API}/corpora/{corpus.pk}/documents"
    sent: dict[str, Any] = {"wsgi.input": io.BytesIO(body[:-20])}
    response = api.post(address, body, content_type=content_type, **sent)
    assert response.status_code == 400
    assert f"the body ended after {len(body) - 20} of {len(body)} bytes" in response.json()["detail"]
    assert count_rows() == before


def test_lists_show_what_was_made(api: CheckedClient, corpus: Corpus, collection: QueryCollection) -> None:
    assert [row["name"] for row in api.get(f"{API}/corpora").json()["results"]] == ["books"]
    found = api.get(f"{API}/query-collections").json()["results"]
    assert [(row["name"], row["n_queries"], row["n_gold"]) for row in found] == [("head", 2, 3)]
    assert QRELS.count("\n") == 3
