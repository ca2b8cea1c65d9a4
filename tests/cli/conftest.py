"""Run the command line in this process, against the test database."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from evalhub.models import RaterVersion
from tests.cli.judged import judged, rater_version, unrated

# Worked out by hand in test_rater_evaluate.py.
GOLD = "q0 0 d1 2\nq0 0 d2 0\nq0 0 d3 1\nq1 0 d1 2\nq1 0 d2 0\nq1 0 d3 1\nq1 0 d4 0\nq2 0 d1 1\nq2 0 d2 0\n"
GRADES = {
    ("q0", "d1"): 2,
    ("q0", "d2"): 0,
    ("q0", "d3"): 0,
    ("q1", "d1"): 1,
    ("q1", "d2"): 0,
    ("q1", "d3"): 1,
    ("q2", "d1"): 2,
    ("q2", "d2"): 0,
}


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


@pytest.fixture
def collection(evalhub: Callable[..., Ended], sample: Path) -> None:
    """Twelve documents, three queries, nine gold labels."""
    (sample / "gold.txt").write_text(GOLD)
    assert evalhub("corpus", "add", "c", sample / "corpus.jsonl").code == 0
    assert evalhub("queries", "add", "q", sample / "queries.jsonl", "--qrels", sample / "gold.txt").code == 0


@pytest.fixture
def judge(collection: None) -> RaterVersion:
    """A rater with the grades above; it refused one pair, and graded one that has no label."""
    version = rater_version("judge")
    judged(version, GRADES, input_tokens=100, output_tokens=3, cost_usd="0.002", latency_s=0.5)
    judged(version, {("q2", "d9"): 2}, cost_usd="5")
    unrated(version, ("q1", "d4"), "refused", input_tokens=100, cost_usd="0.001", latency_s=1.0)
    return version
