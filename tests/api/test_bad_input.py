"""Every bad file: status 400, where it is wrong and what to do, and nothing changed."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable

import pytest

from evalhub.models import Corpus, QueryCollection
from tests.api.conftest import API, QUERIES, Count, form_file, jsonl
from tests.api.schema_check import CheckedClient


def zipped(name: str, content: bytes) -> bytes:
    """An archive of one member."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stored.getvalue()


BOMB = zipped("corpus.jsonl", (b" " * 1023 + b"\n") * (80 * 2**10))
MANY_GOOD_LINES = jsonl([{"_id": f"d{n}", "text": "t"} for n in range(3000)])

# file name, content, line, field, problem (its beginning), remedy (its beginning)
BAD_DOCUMENTS: dict[str, tuple[str, bytes, int | None, str | None, str, str]] = {
    "not UTF-8": (
        "a.jsonl",
        b'{"_id": "1", "text": "caf\xe9"}\n',
        1,
        None,
        "not UTF-8: byte 0xe9",
        "Convert",
    ),
    "broken JSON far in": ("a.jsonl", MANY_GOOD_LINES + b"{\n", 3001, None, "not a JSON object", "Write one"),
    "no id": ("a.jsonl", b'{"text": "t"}\n', 1, "_id", "missing", 'Give every line a unique "_id".'),
    "an id twice": (
        *("a.jsonl", jsonl([{"_id": "1", "text": "t"}, {"_id": "1", "text": "u"}]), 2, "_id"),
        *('"1" is already on line 1', 'Give every line a unique "_id".'),
    ),
    "wrong columns": ("a.csv", b"sku,body\n1,t\n", 1, "_id", "no such column; needed:", "Rename the columns"),
    "no text": ("a.jsonl", b'{"_id": "1", "text": " "}\n', 1, "text", "empty, and so is the title", "Fill"),
    "no documents": ("a.jsonl", b"\n", None, None, "no documents", "Check that this is the file you meant."),
    "a broken zip": (
        "a.zip",
        zipped("corpus.jsonl", b"x" * 99)[:60],
        None,
        None,
        "broken zip archive",
        "Create",
    ),
    "a broken gzip": (
        "a.jsonl.gz",
        gzip.compress(b"{}" * 99)[:20],
        None,
        None,
        "broken gzip archive",
        "Create",
    ),
    "a zip bomb": (
        "a.zip",
        BOMB,
        None,
        None,
        "unpacks to more than",
        "If the archive is meant",
    ),
    "a document of 5 MB": (
        *("a.jsonl", jsonl([{"_id": "1", "text": "x" * 5_000_000}]), 1, "text"),
        *("a document of 5,000,000 characters, more than 1,000,000", "Split it into passages"),
    ),
}


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
def test_bad_documents(api: CheckedClient, corpus: Corpus, count_rows: Count, case: str) -> None:
    name, content, line, field, problem, remedy = BAD_DOCUMENTS[case]
    before = count_rows()
    response = api.post(f"{API}/corpora/{corpus.pk}/documents", {"file": form_file(content, name)})
    assert response.status_code == 400
    body = response.json()
    assert (body["type"], body["title"]) == ("urn:evalhub:problem:invalid-file", "The file is not acceptable")
    (fault,) = body["errors"]
    assert fault["file"].startswith(name)
    assert (fault["line"], fault["field"]) == (line, field)
    assert fault["problem"].startswith(problem)
    assert fault["remedy"].startswith(remedy)
    assert count_rows() == before


@pytest.mark.parametrize(
    ("content", "line", "field", "problem"),
    [
        (b"\n", None, None, "no queries"),
        (jsonl([{"_id": "q1", "text": ""}]), 1, "text", "empty"),
        (jsonl([*QUERIES, QUERIES[0]]), 3, "_id", '"q1" is already on line 1'),
        (b'{"_id": "q1"}\n', 1, "text", "missing"),
    ],
)
def test_bad_queries(
    api: CheckedClient,
    collection: QueryCollection,
    count_rows: Count,
    content: bytes,
    line: int | None,
    field: str | None,
    problem: str,
) -> None:
    before = count_rows()
    address = f"{API}/query-collections/{collection.pk}/queries"
    response = api.post(address, {"file": form_file(content, "q.jsonl")})
    assert response.status_code == 400
    (fault,) = response.json()["errors"]
    assert (fault["file"], fault["line"], fault["field"]) == ("q.jsonl", line, field)
    assert fault["problem"] == problem
    assert fault["remedy"]
    assert count_rows() == before
    collection.refresh_from_db()
    assert collection.version == 1


@pytest.mark.parametrize(
    ("content", "line", "field", "problem"),
    [
        (b"q1 0 d1 1\nq9 0 d1 1\n", 2, "query_id", '"q9" is not in the query collection "head"'),
        (b"q1 0 d1 1\nq1 0 d9 1\n", 2, "doc_id", '"d9" is not in the corpus "books"'),
        (b"q1 0 d1 x\n", 1, "grade", "not a whole number"),
        (b"q1 0 d1 1\nq1 0 d1 2\n", 2, None, ""),
    ],
)
def test_bad_gold_labels(
    api: CheckedClient,
    corpus: Corpus,
    collection: QueryCollection,
    count_rows: Count,
    content: bytes,
    line: int,
    field: str | None,
    problem: str,
) -> None:
    before = count_rows()
    fields = {"collection": "head", "corpus": "books", "file": form_file(content, "q.txt")}
    response = api.post(f"{API}/gold-labels", fields)
    assert response.status_code == 400
    (fault,) = response.json()["errors"]
    assert (fault["file"], fault["line"]) == ("q.txt", line)
    assert fault["field"] == field or field is None
    assert fault["problem"].startswith(problem)
    assert fault["remedy"]
    assert count_rows() == before


@pytest.mark.parametrize(
    ("content", "line", "field", "problem"),
    [
        (b"q1 Q0 d1 1 9 t\nq1 Q0 d2 1 8 t\n", 2, "rank", 'rank 1 comes twice for query "q1"'),
        (b"q1 Q0 d1 1 9 t\nq1 Q0 d1 2 8 t\n", 2, "document", 'document "d1" comes twice for query "q1"'),
        (b"q1 Q0 d1 1 8 t\nq1 Q0 d2 2 9 t\n", 2, "score", "9 at rank 2 is higher than 8"),
        (b"q9 Q0 d1 1 9 t\n", 1, "query_id", '"q9" is not in the query collection "head"'),
        (b"q1 Q0 d9 1 9 t\n", 1, "doc_id", '"d9" is not in the corpus "books"'),
        (b"q1 d1 1\n", 1, None, "3 columns where TREC has 6"),
        (b"\n", None, None, "no hits"),
    ],
)
def test_bad_runs(
    api: CheckedClient,
    corpus: Corpus,
    collection: QueryCollection,
    count_rows: Count,
    content: bytes,
    line: int | None,
    field: str | None,
    problem: str,
) -> None:
    before = count_rows()
    fields = {"name": "p", "corpus": "books", "collection": "head", "file": form_file(content, "p.trec")}
    response = api.post(f"{API}/systems", fields)
    assert response.status_code == 400
    (fault,) = response.json()["errors"]
    assert (fault["file"], fault["line"], fault["field"]) == ("p.trec", line, field)
    assert fault["problem"].startswith(problem)
    assert fault["remedy"]
    assert count_rows() == before


@pytest.mark.parametrize(
    ("query", "field", "problem", "remedy"),
    [
        ("collection=haed", "collection", 'no query collection "haed"', 'Did you mean "head"?'),
        ("collection=999999", "collection", 'no query collection "999999"', "There are: head."),
        ("collection=" + "9" * 5000, "collection", 'no query collection "999', "There are: head."),
        ("collection=head&corpus=zzz", "corpus", 'no corpus "zzz"', "There are: empty, books."),
        ("collection=head&corpus=empty", "corpus", 'the corpus "empty" has no documents yet', "Upload some"),
        ("", "collection", "This field is required", ""),
        ("colection=head", "colection", "unknown field", 'Did you mean "collection"?'),
        ("collection=head&colour=a", "colour", "unknown field", 'Did you mean "column"?'),
    ],
)
def test_what_is_said_with_a_file(
    api: CheckedClient,
    corpus: Corpus,
    collection: QueryCollection,
    count_rows: Count,
    query: str,
    field: str,
    problem: str,
    remedy: str,
) -> None:
    Corpus.objects.create(workspace=corpus.workspace, name="empty")
    before = count_rows()
    response = api.post(f"{API}/gold-labels?{query}", b"q1 0 d1 1\n", content_type="text/plain")
    assert response.status_code == 400
    fault = response.json()["errors"][0]
    assert (fault["file"], fault["line"], fault["field"]) == ("request", None, field)
    assert fault["problem"].startswith(problem)
    assert fault["remedy"].startswith(remedy)
    assert count_rows() == before


@pytest.mark.parametrize("column", ["doc_id", "=sku", "doc_id=", "="])
def test_a_column_is_field_and_name(api: CheckedClient, corpus: Corpus, column: str) -> None:
    response = api.post(f"{API}/corpora/{corpus.pk}/documents", {"file": form_file(b"{}"), "column": column})
    (fault,) = response.json()["errors"]
    assert (fault["field"], fault["problem"]) == ("column", "not FIELD=NAME")
    assert fault["remedy"] == "Write for example column=doc_id=sku"


@pytest.mark.parametrize(
    "send",
    [
        lambda api, address: api.post(address, b"", content_type="text/plain"),
        lambda api, address: api.post(address, {"file": form_file(b"")}),
        lambda api, address: api.post(address, {"fiel": form_file(b"{}")}),
        lambda api, address: api.post(address),
    ],
)
def test_without_a_file_there_is_nothing_to_do(
    api: CheckedClient, corpus: Corpus, count_rows: Count, send: Callable[[CheckedClient, str], object]
) -> None:
    before = count_rows()
    response = send(api, f"{API}/corpora/{corpus.pk}/documents")
    assert response.status_code == 400  # type: ignore[attr-defined]
    assert json.loads(response.content)["errors"][0]["field"] == "file"  # type: ignore[attr-defined]
    assert count_rows() == before
