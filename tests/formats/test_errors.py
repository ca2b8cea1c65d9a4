"""How an error reads, and what survives of it."""

import json
import pickle

from evalhub.formats.errors import InputError, Place


def test_an_error_reads_as_one_line() -> None:
    error = InputError("corpus.jsonl", 1_000_000, "_id", "missing", 'Give every line a unique "_id".')
    assert str(error) == 'corpus.jsonl:1000000: field "_id": missing. Give every line a unique "_id".'


def test_parts_that_are_not_known_are_left_out() -> None:
    assert str(Place("a.zip").error(None, "broken zip archive", "")) == "a.zip: broken zip archive."


def test_an_error_gives_its_parts_and_survives_pickling() -> None:
    error = Place("a.csv", 3).error("sku", "empty", "Fill it.")
    parts = {"file": "a.csv", "line": 3, "field": "sku", "problem": "empty", "remedy": "Fill it."}
    assert error.to_dict() == parts
    assert pickle.loads(pickle.dumps(error)).to_dict() == parts


def test_halves_of_surrogate_pairs_can_be_sent_to_a_page() -> None:
    error = InputError("a\udcff.csv", 1, "te\ud800", "no field \ud800", "Rename \udfff.")
    assert str(error) == 'a?.csv:1: field "te?": no field ?. Rename ?.'
    assert json.dumps(error.to_dict(), ensure_ascii=False).encode()


def test_an_error_fits_on_a_page_whatever_the_file_calls_its_fields() -> None:
    error = Place("a.csv", 1).error("x" * 10**6, "no\0 such column", "Rename it.")
    assert len(str(error)) < 6_000
    assert "no? such column" in str(error)
