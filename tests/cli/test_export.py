"""What `evalhub export` refuses, and what it leaves when it fails."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evalhub.cli.export_commands import opened_for_writing
from evalhub.core.trec import TrecLineError
from evalhub.formats.runs import RunRow
from evalhub.formats.writers import write_run
from tests.cli.conftest import Ended


@pytest.mark.parametrize("file_format", ["trec", "jsonl", "csv"])
def test_results_have_no_other_format_than_their_own(file_format: str, evalhub: Callable[..., Ended]) -> None:
    ended = evalhub("export", "results", 1, "--format", file_format)
    assert (ended.code, ended.out) == (2, "")
    assert "leave --format out" in ended.err


def test_a_file_that_could_not_be_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TrecLineError):
        export_run("blank id", tmp_path / "run.trec")
    assert list(tmp_path.iterdir()) == []


def export_run(doc_id: str, path: Path) -> None:
    with opened_for_writing(path) as out:
        write_run([RunRow(line=0, query_id="q1", doc_id=doc_id, rank=1, score=0.5)], out, "trec")
