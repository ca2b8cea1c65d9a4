"""Qrels in every format, and every grade that is refused."""

from collections.abc import Callable

import pytest

from evalhub.formats.errors import InputError
from evalhub.formats.grades import GradeRow, read_grades
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]

BEIR = "query-id\tcorpus-id\tscore\n"


def refusal(source: Source) -> str:
    with pytest.raises(InputError) as caught:
        list(read_grades(source))
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "first_line"),
    [
        ("qrels/test.tsv", BEIR + "q1\td1\t2\nq1\td2\t0\n", 2),
        ("qrels.csv", "query_id,doc_id,grade\nq1,d1,2\nq1,d2,0\n", 2),
        ("qrels.txt", "q1 0 d1 2\nq1 0 d2 0\n", 1),
        ("qrels.tsv", "q1\t0\td1\t2\nq1\t0\td2\t0\n", 1),
        (
            "-",
            '{"query_id": "q1", "doc_id": "d1", "grade": 2}\n'
            '{"query-id": "q1", "corpus-id": "d2", "score": 0.0}',
            1,
        ),
    ],
)
def test_every_format_gives_the_same_grades(
    make_source: MakeSource, name: str, content: str, first_line: int
) -> None:
    assert list(read_grades(make_source(name, content))) == [
        GradeRow(first_line, "q1", "d1", 2),
        GradeRow(first_line + 1, "q1", "d2", 0),
    ]


def test_columns_can_be_named_by_option(make_source: MakeSource) -> None:
    source = make_source("labels.csv", "topic,sku,human\nq1,d1,3\n")
    columns = {"query_id": "topic", "doc_id": "sku", "grade": "human"}
    assert list(read_grades(source, columns=columns)) == [GradeRow(2, "q1", "d1", 3)]


def test_trec_marks_for_unjudged_and_junk(make_source: MakeSource) -> None:
    source = make_source("qrels.txt", "q1 0 d1 -1\nq1 0 d2 -2\nq1 0 d3 1.0\n")
    assert list(read_grades(source)) == [GradeRow(2, "q1", "d2", 0), GradeRow(3, "q1", "d3", 1)]


def test_a_pair_may_repeat_with_the_same_grade_only(make_source: MakeSource) -> None:
    same = BEIR + "q1\td1\t2\nq2\td1\t0\nq1\td1\t2\n"
    assert [row.line for row in read_grades(make_source("q.tsv", same))] == [2, 3]
    assert refusal(make_source("q.tsv", same + "q1\td1\t1\n")) == (
        'q.tsv:5: field "score": query "q1" and document "d1" have grade 1 here and 2 on line 2. '
        "Keep one; where raters differ, settle on a grade or take the mean rounded down."
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            BEIR + "q1\td1\t-1\n",
            'q:2: field "score": a negative grade (-1). '
            "Leave out pairs without a grade, or shift the scale so that the worst grade is 0.",
        ),
        (
            "q1 0 d1 -3\n",
            'q:1: field "grade": a negative grade (-3). '
            "Leave out pairs without a grade, or shift the scale so that the worst grade is 0.",
        ),
        (
            BEIR + "q1\td1\t0.5\n",
            "q:2: field \"score\": not a whole number ('0.5'). Use whole numbers such as 0, 1, 2, 3.",
        ),
        (
            "q1 0 d1 good\n",
            "q:1: field \"grade\": not a whole number ('good'). Use whole numbers such as 0, 1, 2, 3.",
        ),
        (
            BEIR + "q1\td1\t1001\n",
            'q:2: field "score": a grade above 1,000 (1001). Use a scale such as 0 to 3.',
        ),
        (BEIR + "q1\t\t1\n", 'q:2: field "corpus-id": empty. Give every line a "corpus-id".'),
        (
            '{"query_id": "q1", "doc_id": "d1"}',
            'q:1: field "score": missing. Give every line a whole number here.',
        ),
        (
            '{"query_id": "q1", "doc_id": "d1", "grade": true}',
            'q:1: field "score": not a whole number (True). Use whole numbers such as 0, 1, 2, 3.',
        ),
        (
            "q1\td1\t2\n",
            "q:1: 3 columns and no header. "
            "Begin the file with the header query-id<TAB>corpus-id<TAB>score, or write 4 TREC columns.",
        ),
        (
            "q1 d1\n",
            "q:1: 2 columns where TREC has 4. "
            "Write query iteration document grade, parted by blanks or tabs.",
        ),
        (
            "query-id\tscore\nq1\t1\n",
            'q:1: field "corpus-id": no such column; needed: query-id or query_id or qid, '
            "corpus-id or doc_id or corpus_id or docid, score or grade or relevance; found: query-id, score. "
            "Rename the columns, or name yours with the option columns, for example doc_id=NAME.",
        ),
        (BEIR, "q: no grades. Check that this is the file you meant."),
        ("", "q: no grades. Check that this is the file you meant."),
    ],
)
def test_bad_qrels_are_refused(make_source: MakeSource, content: str, said: str) -> None:
    assert refusal(make_source("q", content)) == said


def test_lines_that_end_as_on_old_macs_are_refused(make_source: MakeSource) -> None:
    with pytest.raises(InputError, match="new-line character"):
        list(read_grades(make_source("qrels.csv", "query_id,doc_id,grade\rq1,d1,1\r")))
    with pytest.raises(InputError, match=r"qrels\.tsv:1: "):
        list(read_grades(make_source("qrels.tsv", "q1 0 d1 1\rq1 0 d2 1\r")))
