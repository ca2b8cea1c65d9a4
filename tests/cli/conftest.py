"""Run the command line in this process, against the test database."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def evalhub(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Run `evalhub ARGS`."""
    from evalhub.cli import main

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["evalhub", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A folder with a good corpus, queries, qrels, run and spec, for a test to break."""
    documents = [{"_id": f"d{n}", "title": f"t{n}", "text": f"text {n}"} for n in range(12)]
    queries = [{"_id": f"q{n}", "text": f"query {n}"} for n in range(3)]
    write_rows(tmp_path / "corpus.jsonl", documents)
    write_rows(tmp_path / "queries.jsonl", queries)
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq0\td1\t2\n")
    (tmp_path / "run.trec").write_text("q0 Q0 d1 1 0.9 x\nq0 Q0 d2 2 0.8 x\n")
    (tmp_path / "spec.yaml").write_text(
        "name: sample\n"
        "corpus: {name: c, path: corpus.jsonl}\n"
        "queries: {name: q, path: queries.jsonl, qrels: qrels.tsv}\n"
        "systems:\n"
        "  - name: production\n"
        "    run: run.trec\n"
        "cutoff: 10\n"
    )
    return tmp_path


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    """Write JSONL."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
