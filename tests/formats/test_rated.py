"""Grades that raters gave elsewhere: what is read, and what is refused with its line."""

from pathlib import Path

import pytest

from evalhub.formats.errors import InputError
from evalhub.formats.rated import Scale, read_rated, read_rated_table
from evalhub.formats.source import Source

TABLE = "query-id,corpus-id,ada,bob\nq1,d1,3,0\nq1,d2,,2\n"


def at(folder: Path, text: str, name: str = "grades.jsonl") -> Source:
    path = folder / name
    path.write_text(text)
    return Source(name, path)


def test_jsonl_brings_rationales_and_probabilities(tmp_path: Path) -> None:
    text = (
        '{"query_id": "q1", "doc_id": "d1", "grade": 2, "rationale": "names it", '
        '"probabilities": [0.1, 0.2, 0.7]}\n{"query_id": "q1", "doc_id": "d2", "grade": 0}\n'
    )
    first, second = read_rated(at(tmp_path, text), Scale(2))
    assert (first.line, first.grade, first.rationale) == (1, 2, "names it")
    assert first.probabilities == pytest.approx((0.1, 0.2, 0.7))
    assert (second.query_id, second.doc_id, second.grade, second.probabilities) == ("q1", "d2", 0, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [("q1 0 d1 2\nq1 0 d2 -1\n", "a.qrels"), ("query-id\tcorpus-id\tscore\nq1\td1\t2\n", "a.tsv")],
)
def test_qrels_and_beir_tables(tmp_path: Path, text: str, name: str) -> None:
    (row,) = read_rated(at(tmp_path, text, name), Scale(3))
    assert (row.query_id, row.doc_id, row.grade, row.is_clipped) == ("q1", "d1", 2, False)


def test_a_grade_above_the_scale_is_refused_unless_clipped(tmp_path: Path) -> None:
    source = at(tmp_path, "q1 0 d1 2\nq1 0 d2 5\n", "a.qrels")
    with pytest.raises(InputError, match=r'a\.qrels:2: field "grade": a grade of 5, and the scale is 0\.\.3'):
        read_rated(source, Scale(3))
    rows = read_rated(source, Scale(3, is_clipped=True))
    assert [(row.grade, row.is_clipped) for row in rows] == [(2, False), (3, True)]


@pytest.mark.parametrize(
    ("probabilities", "problem"),
    [
        ("[0.5, 0.5]", "2 probabilities for 3 grades"),
        ("[0.5, 0.5, 0.5]", "they add up to 1.5000"),
        ("[-0.5, 0.5, 1.0]", "not all are shares"),
        ('"often"', "text, not a list"),
    ],
)
def test_probabilities_must_be_shares_of_each_grade(tmp_path: Path, probabilities: str, problem: str) -> None:
    text = f'{{"query_id": "q", "doc_id": "d", "grade": 1, "probabilities": {probabilities}}}\n'
    with pytest.raises(InputError, match=f':1: field "probabilities": {problem}'):
        read_rated(at(tmp_path, text), Scale(2))


def test_a_pair_with_two_grades_is_refused_and_with_one_twice_is_one(tmp_path: Path) -> None:
    assert len(read_rated(at(tmp_path, "q 0 d 2\nq 0 d 2\n", "a.qrels"), Scale(3))) == 1
    with pytest.raises(InputError, match=r"a\.qrels:2: .* have grade 1 here and 2 on line 1"):
        read_rated(at(tmp_path, "q 0 d 2\nq 0 d 1\n", "a.qrels"), Scale(3))


def test_a_table_is_a_column_for_each_rater(tmp_path: Path) -> None:
    rows = read_rated_table(at(tmp_path, TABLE, "t.csv"), Scale(3), None)
    assert {name: [(row.doc_id, row.grade) for row in found] for name, found in rows.items()} == {
        "ada": [("d1", 3)],
        "bob": [("d1", 0), ("d2", 2)],
    }
    assert list(read_rated_table(at(tmp_path, TABLE, "t.csv"), Scale(3), ["bob"])) == ["bob"]


@pytest.mark.parametrize(
    ("text", "wanted", "problem"),
    [
        (TABLE, ["adda"], 't.csv:1: field "adda": no such column. .* Did you mean "ada"?'),
        (TABLE.replace("2\n", "7\n"), None, 't.csv:3: field "bob": a grade of 7'),
        (TABLE.replace("2\n", "good\n"), None, 't.csv:3: field "bob": not a whole number'),
        ("query-id,corpus-id\nq1,d1\n", None, "t.csv:1: no column of grades"),
        ("query-id,corpus-id,ada\nq1,d1,\n", None, 't.csv: field "ada": a column without a grade'),
    ],
)
def test_a_broken_table_is_refused_at_its_line_and_column(
    tmp_path: Path, text: str, wanted: list[str] | None, problem: str
) -> None:
    with pytest.raises(InputError, match=problem.replace("?", r"\?")):
        read_rated_table(at(tmp_path, text, "t.csv"), Scale(3), wanted)
