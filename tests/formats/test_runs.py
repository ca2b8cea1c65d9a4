"""Runs in every format, how they are ranked, and every run that is refused."""

from collections.abc import Callable

import pytest

from evalhub.formats.errors import InputError
from evalhub.formats.runs import RunRow, read_runs
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]


def refusal(source: Source) -> str:
    with pytest.raises(InputError) as caught:
        list(read_runs(source))
    return str(caught.value)


def test_a_trec_run_is_ordered_by_its_ranks(make_source: MakeSource) -> None:
    source = make_source("r.trec", "q2 Q0 d1 2 1.5 t\nq1 Q0 d1 1 9 t\nq2 Q0 d2 1 1.5 t\n")
    assert list(read_runs(source)) == [
        RunRow(2, "q1", "d1", 1, 9.0),
        RunRow(3, "q2", "d2", 1, 1.5),
        RunRow(1, "q2", "d1", 2, 1.5),
    ]


def test_ranks_may_count_from_zero_and_have_gaps(make_source: MakeSource) -> None:
    source = make_source("r.trec", "q1 Q0 a 0 3 t\nq1 Q0 b 4 2 t\nq1 Q0 c 9 1 t\n")
    assert [(row.doc_id, row.rank) for row in read_runs(source)] == [("a", 1), ("b", 2), ("c", 3)]


def test_jsonl_and_tables_need_no_score(make_source: MakeSource) -> None:
    lines = (
        '{"query_id": 1, "doc_id": "b", "rank": 2}\n{"query_id": "1", "doc_id": "a", "rank": 1, "score": 3}\n'
    )
    expected = [RunRow(2, "1", "a", 1, 3.0), RunRow(1, "1", "b", 2, None)]
    assert list(read_runs(make_source("r.jsonl", lines))) == expected
    table = "query_id,doc_id,rank,score\n1,b,2,\n1,a,1,3.0\n"
    assert [row[1:] for row in read_runs(make_source("r.csv", table))] == [row[1:] for row in expected]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "q1 Q0 a 1 3 t\nq1 Q0 b 1 2 t\n",
            'r:2: field "rank": rank 1 comes twice for query "q1", first on line 1. '
            "Number the hits of each query 1, 2, 3 and so on, the best first.",
        ),
        (
            "q1 Q0 a 1 3 t\nq2 Q0 a 1 3 t\nq1 Q0 a 2 2 t\n",
            'r:3: field "document": document "a" comes twice for query "q1", first on line 1. '
            "Keep its best rank only.",
        ),
        (
            "q1 Q0 a -1 3 t\n",
            'r:1: field "rank": a negative rank (-1). Count ranks from 1, the best first.',
        ),
        (
            "q1 Q0 b 2 3.25 t\nq1 Q0 a 1 3 t\n",
            'r:1: field "score": 3.25 at rank 2 is higher than 3 at the rank before (line 2). '
            "Number the ranks by falling score, and negate distances.",
        ),
        (
            "q1 Q0 a 1 inf t\n",
            "r:1: field \"score\": not a finite number ('inf'). Write a number such as 12.5.",
        ),
        (
            "q1 0 a 1\n",
            "r:1: 4 columns where TREC has 6. "
            "Write query Q0 document rank score tag, parted by blanks or tabs.",
        ),
        (
            '{"query_id": "q1", "doc_id": "a", "score": 1}',
            'r:1: field "rank": missing. Give every line a whole number here.',
        ),
        (
            '{"query_id": "q1", "doc_id": "a", "rank": 1, "score": "high"}',
            "r:1: field \"score\": not a finite number ('high'). Write a number such as 12.5.",
        ),
        (
            '{"query_id": "q1", "doc_id": "a", "rank": 1, "score": true}',
            'r:1: field "score": not a finite number (True). Write a number such as 12.5.',
        ),
        ("\n", "r: no hits. Check that this is the file you meant."),
    ],
)
def test_a_bad_run_is_refused(make_source: MakeSource, content: str, said: str) -> None:
    assert refusal(make_source("r", content)) == said
