"""Which column is which, where nobody said."""

import pytest

from evalhub.formats.documents import DOCUMENTS
from evalhub.formats.grades import GRADES
from evalhub.formats.guess import guess_columns, mapping_of
from evalhub.formats.queries import QUERIES

LONG = "A kettle that boils a litre of water in two minutes."


def test_the_names_readers_accept_come_first() -> None:
    columns = ["title", "text", "_id", "sku"]
    assert guess_columns(DOCUMENTS, columns, []) == {"doc_id": "_id", "title": "title", "text": "text"}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["SKU", "Product Name", "Description"], ("SKU", "Product Name", "Description")),
        (["url", "headline", "body"], ("url", "headline", "body")),
        (["item-id", "name", "content"], ("item-id", "name", "content")),
        (["Warehouse ID", "Name", "Text"], ("Warehouse ID", "Name", "Text")),
    ],
)
def test_usual_names_are_known_however_they_are_written(
    columns: list[str], expected: tuple[str, str, str]
) -> None:
    guess = guess_columns(DOCUMENTS, columns, [])
    assert (guess["doc_id"], guess["title"], guess["text"]) == expected


def test_names_nobody_knows_are_told_apart_by_what_is_in_them() -> None:
    rows = [{"Artikel": f"a{n}", "Farbe": "rot", "Beschreibung": f"{LONG} {n}"} for n in range(3)]
    guess = guess_columns(DOCUMENTS, list(rows[0]), rows)
    assert guess == {"doc_id": "Artikel", "text": "Beschreibung"}


def test_a_column_whose_values_repeat_is_no_id() -> None:
    rows = [{"color": "red", "words": LONG}, {"color": "red", "words": LONG + "!"}]
    assert guess_columns(DOCUMENTS, ["color", "words"], rows) == {"text": "words"}


def test_one_column_of_queries_is_the_text() -> None:
    assert guess_columns(QUERIES, ["Suchbegriff"], [{"Suchbegriff": "kettle"}]) == {"text": "Suchbegriff"}


def test_grades_have_usual_names_too() -> None:
    guess = guess_columns(GRADES.schema, ["qid", "product_id", "rating"], [])
    assert guess == {"query_id": "qid", "doc_id": "product_id", "grade": "rating"}


def test_grades_with_names_nobody_knows_are_told_apart_by_what_is_in_them() -> None:
    rows = [
        {"Ware": f"10{n}", "Suche": f"s{n % 3}", "Note": note} for n, note in enumerate(["0", "3", "3", "1"])
    ]
    guess = guess_columns(GRADES.schema, ["Ware", "Suche", "Note"], rows)
    assert guess == {"query_id": "Suche", "doc_id": "Ware", "grade": "Note"}
    assert guess_columns(GRADES.schema, ["Ware", "Suche", "Note"], []) == {}


def test_a_phrase_is_no_grade() -> None:
    rows = [{"phrase": f"ce{n % 2}", "sku": f"{n}", "stars": "3"} for n in range(4)]
    guess = guess_columns(GRADES.schema, ["phrase", "sku", "stars"], rows)
    assert guess == {"query_id": "phrase", "doc_id": "sku", "grade": "stars"}


def test_readers_are_told_only_what_they_would_not_find() -> None:
    columns = ["_id", "title", "text", "body"]
    chosen = {"doc_id": "_id", "title": "title", "text": "text"}
    assert mapping_of(DOCUMENTS, columns, chosen) is None
    assert mapping_of(DOCUMENTS, columns, {**chosen, "text": "body"}) == {**chosen, "text": "body"}


def test_a_field_that_is_not_wanted_is_not_read() -> None:
    chosen = {"doc_id": "_id", "text": "text"}
    assert mapping_of(DOCUMENTS, ["_id", "title", "text"], chosen) == {**chosen, "title": ""}


def test_a_header_alone_leaves_nothing_to_go_by() -> None:
    assert guess_columns(DOCUMENTS, ["a", "b"], []) == {}
