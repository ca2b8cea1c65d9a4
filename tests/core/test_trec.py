"""TREC lines: what is read, what is refused, and that what is written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.trec import (
    QrelsLine,
    RunLine,
    TrecLineError,
    format_qrels_line,
    format_run_line,
    parse_qrels_line,
    parse_run_line,
)

# Everything but ASCII blanks, line breaks and half surrogate pairs can stand in a TREC id.
IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=" "), min_size=1, max_size=20)
SCORES = st.floats(allow_nan=False, allow_infinity=False)


def test_a_run_line_may_part_its_columns_by_any_blanks() -> None:
    line = "301\tQ0  FR940202-2-00150\t104\t  2.129133\tSTANDARD\r\n"
    assert parse_run_line(line) == RunLine("301", "FR940202-2-00150", 104, 2.129133, "STANDARD")


def test_a_no_break_space_belongs_to_the_id() -> None:
    assert parse_qrels_line("q1 0 a\u00a0b 2") == QrelsLine("q1", "a\u00a0b", 2)


def test_a_grade_may_be_negative_or_end_in_point_zero() -> None:
    assert parse_qrels_line("q1 0 d1 -2").grade == -2
    assert parse_qrels_line("q1 0 d1 3.0").grade == 3


@pytest.mark.parametrize(
    ("line", "field", "problem"),
    [
        ("q1 Q0 d1 1 2.5", None, "5 columns where TREC has 6"),
        ("q1 Q0 d1 1 2.5 tag more", None, "7 columns where TREC has 6"),
        ("q1 Q0 d1 first 2.5 tag", "rank", "not a whole number ('first')"),
        ("q1 Q0 d1 1.5 2.5 tag", "rank", "not a whole number ('1.5')"),
        ("q1 Q0 d1 1_0 2.5 tag", "rank", "not a whole number ('1_0')"),
        ("q1 Q0 d1 1 nan tag", "score", "not a finite number ('nan')"),
        ("q1 Q0 d1 1 1e999 tag", "score", "not a finite number ('1e999')"),
        ("q1 Q0 d1 1 1_0 tag", "score", "not a finite number ('1_0')"),
        ("q1 Q0 d1 1 high tag", "score", "not a finite number ('high')"),
    ],
)
def test_a_bad_run_line_names_its_field(line: str, field: str | None, problem: str) -> None:
    with pytest.raises(TrecLineError) as caught:
        parse_run_line(line)
    assert (caught.value.field, caught.value.problem) == (field, problem)


def test_a_bad_qrels_line_says_what_to_write() -> None:
    with pytest.raises(TrecLineError) as caught:
        parse_qrels_line("q1 0 d1 0.5")
    assert str(caught.value) == "not a whole number ('0.5'). Use whole numbers such as 0, 1, 2, 3."


@pytest.mark.parametrize("bad_id", ["two words", "", "tab\there"])
def test_ids_that_the_format_cannot_hold_are_not_written(bad_id: str) -> None:
    with pytest.raises(TrecLineError, match="which TREC files cannot hold"):
        format_run_line("q1", bad_id, 1, 1.0, "tag")
    with pytest.raises(TrecLineError, match="which TREC files cannot hold"):
        format_qrels_line(bad_id, "d1", 1)


def test_blanks_in_the_tag_become_hyphens() -> None:
    assert format_run_line("q1", "d1", 1, 0.5, "my best run") == "q1 Q0 d1 1 0.5 my-best-run"
    assert format_run_line("q1", "d1", 1, 0.5, "") == "q1 Q0 d1 1 0.5 -"


@given(IDS, IDS, st.integers(0, 10**6), SCORES)
def test_a_run_line_is_read_back_exactly(query_id: str, doc_id: str, rank: int, score: float) -> None:
    line = format_run_line(query_id, doc_id, rank, score, "tag")
    assert parse_run_line(line) == RunLine(query_id, doc_id, rank, score, "tag")


@given(IDS, IDS, st.integers(-2, 1000))
def test_a_qrels_line_is_read_back_exactly(query_id: str, doc_id: str, grade: int) -> None:
    assert parse_qrels_line(format_qrels_line(query_id, doc_id, grade)) == QrelsLine(query_id, doc_id, grade)
