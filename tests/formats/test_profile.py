"""What is odd about the first rows of a file."""

from collections.abc import Callable

import pytest

from evalhub.formats.profile import profile
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]


def test_empty_short_and_repeated_documents_are_counted(make_source: MakeSource) -> None:
    texts = [
        "",
        "short",
        "A text of some length, twice.",
        "A text of some length, twice.",
        "Another long text.",
    ]
    content = "id,text\n" + "".join(f'{number},"{text}"\n' for number, text in enumerate(texts))
    # One of five is empty: more than an import takes, which it says when it knows all of them.
    found = profile(make_source("c.csv", content), "corpus", n_rows=4)
    assert (found.n_rows, found.is_whole, found.refusal) == (4, False, None)
    assert (found.n_empty, found.n_short, found.n_repeated) == (1, 1, 1)
    assert found.mean_chars == pytest.approx((5 + 29 + 29) / 4)
    whole = profile(make_source("c.csv", content), "corpus")
    assert whole.refusal is not None
    assert "1 of 5 documents" in str(whole.refusal)


def test_an_id_that_comes_twice_is_what_the_import_would_say(make_source: MakeSource) -> None:
    content = '{"_id": "a", "text": "x"}\n{"_id": "b", "text": "y"}\n{"_id": "a", "text": "z"}\n'
    found = profile(make_source("c.jsonl", content), "corpus")
    assert found.n_rows == 2
    assert str(found.refusal).startswith('c.jsonl:3: field "_id": "a" is already on line 1.')


def test_columns_are_read_as_they_are_mapped(make_source: MakeSource) -> None:
    source = make_source("q.csv", "nr,frage\n1,Wie geht das\n2,wie geht das \n")
    assert profile(source, "queries").refusal is not None
    found = profile(source, "queries", columns={"query_id": "nr", "text": "frage"})
    assert (found.n_rows, found.n_repeated, found.is_whole, found.refusal) == (2, 1, True, None)


def test_grades_and_their_queries_are_counted(make_source: MakeSource) -> None:
    found = profile(make_source("g.qrels", "q1 0 d1 2\nq1 0 d2 0\nq2 0 d1 -1\nq2 0 d3 2\n"), "qrels")
    assert (dict(found.grades), found.query_ids) == ({2: 2, 0: 1}, {"q1", "q2"})
    bad = profile(make_source("g.qrels", "q1 0 d1 2\nq1 0 d2 good\n"), "qrels")
    assert bad.refusal is not None
    assert bad.refusal.line == 2


def test_a_run_that_is_no_run_is_refused_at_its_line(make_source: MakeSource) -> None:
    found = profile(make_source("a.trec", "q1 Q0 d1 1 9.5 t\nq1 d2\n"), "run")
    assert found.n_rows == 1
    assert found.refusal is not None
    assert found.refusal.line == 2


def test_a_file_that_is_not_text_is_refused_and_not_raised(make_source: MakeSource) -> None:
    found = profile(make_source("c.csv", "id,text\n1,caf\xe9\n".encode("latin-1")), "corpus")
    assert found.refusal is not None
    assert "not UTF-8" in str(found.refusal)
    assert found.refusal.line == 2
