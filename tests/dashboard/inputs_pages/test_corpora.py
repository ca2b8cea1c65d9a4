"""Pages of corpora, their documents and what changed."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import Campaign, Corpus, Document, Snapshot
from evalhub.selectors.inputs.differences import PER_PAGE as DIFFERENCES_PER_PAGE
from evalhub.selectors.inputs.documents import PER_PAGE as DOCUMENTS_PER_PAGE
from evalhub.services.snapshots import snapshot_import
from evalhub.services.workspaces import workspace_default
from tests.dashboard.inputs import HOSTILE, LONG_TEXT, TURNED, Inputs
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12


def put(folder: Path, name: str, rows: list[dict[str, Any]]) -> Snapshot:
    """Import rows as the next snapshot of a corpus."""
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return snapshot_import(workspace_default(), name, Source.at(path), clock=timezone.now)


def document(key: str, body: str = "a text", **fields: Any) -> dict[str, Any]:
    return {"_id": key, "title": "", "text": body, **fields}


def test_an_empty_installation_is_told_what_to_do(signed_in: Client) -> None:
    assert "evalhub corpus add NAME FILE" in text(signed_in.get("/corpora/"))


def test_corpora_are_listed_with_their_latest_snapshot(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    for number in range(30):
        Corpus.objects.create(workspace=campaign.workspace, name=f"more {number}")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get("/corpora/?page=2")

    (rows,) = tables(page, "Corpora")
    assert rows[-1][:4] == ["python-docs", "24", "1", "1"]
    assert rows[0][1] == "–"


def test_a_snapshot_tells_added_changed_and_removed_apart(
    signed_in: Client, tmp_path: Path, django_assert_max_num_queries: MaxQueries
) -> None:
    put(tmp_path, "books", [document("a"), document("b"), document("c")])
    second = put(tmp_path, "books", [document("a"), document("b", "another text"), document("d")])
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/corpora/{second.corpus_id}/")

    (rows,) = tables(page, "Each upload")
    # snapshot, made, from, documents, added, changed, removed
    assert [row[3:7] for row in rows] == [["3", "1", "1", "1"], ["3", "3", "0", "0"]]
    assert "What changed" in rows[0][7]
    assert "What changed" not in rows[1][7]


def test_what_changed_is_shown_side_by_side(
    signed_in: Client, tmp_path: Path, django_assert_max_num_queries: MaxQueries
) -> None:
    same = "word " * 100
    put(tmp_path, "books", [document("a"), document("b", f"{same}old end"), document("c", HOSTILE)])
    second = put(tmp_path, "books", [document("a"), document("b", f"{same}new end"), document("d", TURNED)])
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/corpora/{second.corpus_id}/differences/?from=1&to=2")

    shown = page.content.decode()
    sections = shown.split('<section class="difference"')[1:]
    assert [one.split("<bdi>")[1].split("</bdi>")[0] for one in sections] == ["b", "c", "d"]
    # The part where the two differ, and not the 500 characters before it.
    assert "<mark>old</mark> end" in sections[0]
    assert "<mark>new</mark> end" in sections[0]
    assert all("<mark>" not in one for one in sections[1:])
    assert sections[0].count("word ") < 2 * 20
    assert "removed" in sections[1]
    assert "<script>alert" not in shown
    assert TURNED in shown
    assert "1 changed; 2 written and 2 taken out" in text(page)


def test_snapshots_that_are_not_neighbours_are_compared(signed_in: Client, tmp_path: Path) -> None:
    put(tmp_path, "books", [document("a"), document("b"), document("c")])
    put(tmp_path, "books", [document("a", "short-lived"), document("c")])
    third = put(tmp_path, "books", [document("a", "at last"), document("b"), document("c")])
    page = signed_in.get(f"/corpora/{third.corpus_id}/differences/?from=3&to=1").content.decode()

    # b went and came back as it was; c never moved.
    assert page.count('<section class="difference"') == 1
    assert "at last" in page.replace("<mark>", "").replace("</mark>", "")
    assert "short-lived" not in page


def test_metadata_alone_is_a_change_that_says_so(signed_in: Client, tmp_path: Path) -> None:
    put(tmp_path, "books", [document("a", metadata={"price": 1})])
    second = put(tmp_path, "books", [document("a", metadata={"price": 2})])

    assert "the metadata differs" in text(signed_in.get(f"/corpora/{second.corpus_id}/differences/"))


def test_differences_come_in_pages_without_gaps(signed_in: Client, tmp_path: Path) -> None:
    ids = [f"d{number:03}" for number in range(2 * DIFFERENCES_PER_PAGE + 7)]
    put(tmp_path, "books", [document("z"), *(document(key) for key in ids[::2])])
    second = put(tmp_path, "books", [document("z"), *(document(key, "b") for key in ids)])
    found, after = [], ""
    for _ in range(3):
        page = signed_in.get(f"/corpora/{second.corpus_id}/differences/?from=1&to=2&after={after}")
        sections = page.content.decode().split('<section class="difference"')[1:]
        found += [one.split("<bdi>")[1].split("</bdi>")[0] for one in sections]
        after = found[-1]
    assert found == ids
    assert 'rel="next"' not in page.content.decode()


def test_the_first_snapshot_has_nothing_to_be_compared_with(signed_in: Client, tmp_path: Path) -> None:
    first = put(tmp_path, "books", [document("a")])
    assert signed_in.get(f"/corpora/{first.corpus_id}/differences/").status_code == 302
    assert signed_in.get(f"/corpora/{first.corpus_id}/differences/?from=1&to=9").status_code == 404


def test_documents_come_by_key_and_by_the_beginning_of_their_id(
    signed_in: Client, tmp_path: Path, django_assert_max_num_queries: MaxQueries
) -> None:
    names = [f"d{number:03}" for number in range(DOCUMENTS_PER_PAGE + 5)]
    snapshot = put(
        tmp_path, "books", [*(document(name) for name in names), document("D000"), document("x%_")]
    )
    address = f"/corpora/{snapshot.corpus_id}/documents/"
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(address)

    def ids(address: str) -> list[str]:
        return [row[0] for row in tables(signed_in.get(address), "By document id")[0]]

    first = ids(address)
    assert first == ["D000", *names[: DOCUMENTS_PER_PAGE - 1]]
    assert f"after={first[-1]}" in page.content.decode()
    assert ids(f"{address}?after={first[-1]}") == [*names[DOCUMENTS_PER_PAGE - 1 :], "x%_"]
    assert ids(f"{address}?prefix=d00") == names[:10]
    assert ids(f"{address}?prefix=x%25") == ["x%_"]
    assert "No document whose id begins with" in text(signed_in.get(f"{address}?prefix=y"))


def test_an_old_snapshot_shows_what_it_had(signed_in: Client, tmp_path: Path) -> None:
    put(tmp_path, "books", [document("a", "as it was")])
    second = put(tmp_path, "books", [document("a", "as it is")])
    address = f"/corpora/{second.corpus_id}/documents/"

    assert "as it is" in text(signed_in.get(address))
    assert "as it was" in text(signed_in.get(f"{address}?snapshot=1"))
    assert signed_in.get(f"{address}?snapshot=3").status_code == 404


def test_a_long_document_comes_in_parts(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    long = Document.objects.get(text=LONG_TEXT)
    Document.objects.filter(pk=long.pk).update(metadata={"note": HOSTILE})
    address = f"/corpora/{inputs.snapshot.corpus_id}/documents/{long.pk}"
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"{address}/1/")

    assert "63,000 characters, part 1 of 4; in snapshots from 1 on" in text(page)
    assert "<script>alert" not in page.content.decode()
    part = signed_in.get(f"{address}/2/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f"{address}/3/" in part


@pytest.mark.parametrize("path", ["corpora/9999/", "corpora/9999/documents/", "corpora/9999/documents/1/1/"])
def test_what_is_not_there_is_not_found(signed_in: Client, path: str) -> None:
    assert signed_in.get(f"/{path}").status_code == 404
