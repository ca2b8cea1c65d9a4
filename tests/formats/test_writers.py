"""What is exported can be read back, and opens safely in a spreadsheet."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.trec import TrecLineError
from evalhub.formats.grades import GradeRow, read_grades
from evalhub.formats.runs import RunRow, read_runs
from evalhub.formats.source import Source
from evalhub.formats.writers import ExportFormat, JudgmentRow, write_judgments, write_qrels, write_run

FORMATS = st.sampled_from(["trec", "jsonl", "csv"])
# No blanks (TREC has no place for them) and no formula signs at the start (CSV puts an apostrophe before).
IDS = st.from_regex(r"[a-z0-9\u00e9\u4e16\"',;|\\][a-z0-9=+\-@\u00e9\u4e16\"',;|\\]{0,8}", fullmatch=True)


def written(write: Callable[[TextIO], None]) -> str:
    out = io.StringIO(newline="")
    write(out)
    return out.getvalue()


def as_source(folder: str, file_format: str, content: str) -> Source:
    path = Path(folder, "export." + ("txt" if file_format == "trec" else file_format))
    path.write_bytes(content.encode())
    return Source("export", path)


@given(
    st.dictionaries(
        IDS, st.dictionaries(IDS, st.floats(-1e9, 1e9), min_size=1, max_size=5), min_size=1, max_size=3
    ),
    FORMATS,
)
def test_a_run_is_read_back_as_it_was_written(
    lists: dict[str, dict[str, float]], file_format: ExportFormat
) -> None:
    rows = [
        RunRow(0, query_id, doc_id, rank, score)
        for query_id in sorted(lists)
        for rank, (doc_id, score) in enumerate(sorted(lists[query_id].items(), key=lambda hit: -hit[1]), 1)
    ]
    content = written(lambda out: write_run(rows, out, file_format, tag="a system"))
    with tempfile.TemporaryDirectory() as folder:
        read = list(read_runs(as_source(folder, file_format, content)))
    assert [row[1:] for row in read] == [row[1:] for row in rows]


@given(st.dictionaries(st.tuples(IDS, IDS), st.integers(0, 1000), min_size=1), FORMATS)
def test_qrels_are_read_back_as_they_were_written(
    grades: dict[tuple[str, str], int], file_format: ExportFormat
) -> None:
    rows = [GradeRow(0, query_id, doc_id, grade) for (query_id, doc_id), grade in grades.items()]
    content = written(lambda out: write_qrels(rows, out, file_format))
    with tempfile.TemporaryDirectory() as folder:
        read = list(read_grades(as_source(folder, file_format, content)))
    assert [row[1:] for row in read] == [row[1:] for row in rows]


def test_a_run_without_scores_gets_falling_ones_in_trec() -> None:
    rows = [RunRow(0, "q1", "a", 1, None), RunRow(0, "q1", "b", 2, None)]
    assert written(lambda out: write_run(rows, out, "trec", tag="t")) == "q1 Q0 a 1 1.0 t\nq1 Q0 b 2 0.5 t\n"


def test_an_id_with_a_blank_cannot_go_into_trec() -> None:
    rows = [GradeRow(0, "q1", "a b", 1)]
    with pytest.raises(TrecLineError, match="Use JSONL or CSV"):
        write_qrels(rows, io.StringIO(), "trec")
    assert (
        written(lambda out: write_qrels(rows, out, "jsonl"))
        == '{"query_id": "q1", "doc_id": "a b", "grade": 1}\n'
    )


JUDGMENTS = [
    JudgmentRow("q1", "d1", "judge", 3, 2.75, "", 'Says "yes",\nclearly'),
    JudgmentRow("q1", "d2", "judge", None, None, "refused", "", "both"),
]


def test_judgments_keep_their_reasons() -> None:
    assert written(lambda out: write_judgments(JUDGMENTS, out, "jsonl")).splitlines() == [
        '{"query_id": "q1", "doc_id": "d1", "rater": "judge", "grade": 3, "expected_grade": 2.75, '
        '"reason": "", '
        '"rationale": "Says \\"yes\\",\\nclearly", "member_of": ""}',
        '{"query_id": "q1", "doc_id": "d2", "rater": "judge", "grade": null, "expected_grade": null, '
        '"reason": "refused", "rationale": "", "member_of": "both"}',
    ]
    table = written(lambda out: write_judgments(JUDGMENTS, out, "csv"))
    assert list(csv.DictReader(io.StringIO(table, newline="")))[1] == {
        "query_id": "q1",
        "doc_id": "d2",
        "rater": "judge",
        "grade": "",
        "expected_grade": "",
        "reason": "refused",
        "rationale": "",
        "member_of": "both",
    }


def test_judgments_without_a_grade_are_not_zero_in_trec() -> None:
    assert written(lambda out: write_judgments(JUDGMENTS, out, "trec")) == "q1 0 d1 3\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_can_start_a_formula(start: str) -> None:
    rows = [RunRow(0, "q1", f"{start}cmd", 1, -0.5)]
    table = written(lambda out: write_run(rows, out, "csv"))
    (row,) = csv.DictReader(io.StringIO(table, newline=""))
    assert row == {"query_id": "q1", "doc_id": f"'{start}cmd", "rank": "1", "score": "-0.5"}
