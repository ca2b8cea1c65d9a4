"""kill -9 of worker processes, three times while embedding and three times while rating: the same result."""

import json
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import Home, pid_of, wait_until

pytestmark = pytest.mark.slow

N_DOCUMENTS = 1000
N_QUERIES = 10
N_KILLS = 3

HITS = """
    SELECT s.name, q.query_id, h.rank, d.doc_id, h.score FROM evalhub_hit h
    JOIN evalhub_run r ON r.id = h.run_id JOIN evalhub_system s ON s.id = r.system_id
    JOIN evalhub_query q ON q.id = h.query_id JOIN evalhub_document d ON d.id = h.document_id
    ORDER BY 1, 2, 3
"""
JUDGMENTS = """
    SELECT query_digest, document_digest, state, grade, gain FROM evalhub_judgment ORDER BY 1, 2
"""
CLAIMED = """
    SELECT u.worker FROM evalhub_workunit u JOIN evalhub_job j ON j.id = u.job_id
    WHERE u.state = 'claimed' AND u.number > 0 AND j.kind = ?
"""
GRADED = "SELECT count(*) FROM evalhub_judgment WHERE state = 'graded'"


@pytest.fixture
def spec(tmp_path: Path, evalhub_data: Path) -> Path:
    """A slice of real products and queries, by two systems and the local rater."""
    import gzip

    source = evalhub_data / "chorus-electronics-small"
    with gzip.open(source / "corpus.jsonl.gz", "rt") as lines:
        documents = list(lines)[:N_DOCUMENTS]
    queries = (source / "queries.jsonl").read_text().splitlines(keepends=True)[:N_QUERIES]
    (tmp_path / "corpus.jsonl").write_text("".join(documents))
    (tmp_path / "queries.jsonl").write_text("".join(queries))
    path = tmp_path / "spec.yaml"
    systems = [
        {"name": "minilm", "embedding_model": "minilm"},
        {"name": "wordllama", "embedding_model": "wordllama"},
    ]
    body = {
        "name": "killed",
        "corpus": {"name": "c", "path": "corpus.jsonl"},
        "queries": {"name": "q", "path": "queries.jsonl"},
        "systems": systems,
        "raters": [{"name": "local", "kind": "local-llm", "model": "smollm2", "prompt": "product-search"}],
        "cutoff": 10,
    }
    path.write_text(json.dumps(body))
    return path


def kill_worker_during(kind: str, home: Home) -> None:
    """kill -9 the living process that holds a unit of this kind; returns when it is gone."""

    def holder() -> psutil.Process | None:
        for (worker,) in home.rows(CLAIMED, kind):
            try:
                process = psutil.Process(pid_of(worker))
                if process.status() != psutil.STATUS_ZOMBIE:
                    return process
            except psutil.NoSuchProcess:
                continue  # a unit names who was killed until the next sweep
        return None

    victim = wait_until(holder, f"a unit of {kind} is claimed")
    victim.kill()
    victim.wait(timeout=60)


def test_the_result_is_row_for_row_that_of_an_undisturbed_run(
    make_home: Callable[[str], Home], spec: Path
) -> None:
    calm, killed = make_home("calm"), make_home("killed")
    calm.run("run", spec)
    killed.run("up", "--detach")
    process = killed.start("run", spec)
    for _ in range(N_KILLS):
        kill_worker_during("embed", killed)
    wait_until(lambda: killed.rows(GRADED)[0][0] > 0, "the first pair is graded")
    for _ in range(N_KILLS):
        n_before = killed.rows(GRADED)[0][0]
        kill_worker_during("rate", killed)
        wait_until(lambda n=n_before: killed.rows(GRADED)[0][0] > n, "rating goes on after a kill")
    printed, _ = process.communicate(timeout=900)
    assert process.returncode == 0, printed
    assert killed.rows(HITS) == calm.rows(HITS)
    assert killed.rows(JUDGMENTS) == calm.rows(JUDGMENTS)
    mine, theirs = killed.results(), calm.results()
    assert mine["systems"][0]["measures"] == theirs["systems"][0]["measures"]
    assert mine["ratings"] == theirs["ratings"]
