"""`evalhub rater train` with real workers: killed in the middle, it ends as an undisturbed one."""

import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Home, pid_of, wait_until
from tests.raters.tiny_classifier import save_encoder
from tests.raters.tuning.labels import labelled_pairs

pytestmark = pytest.mark.slow

HOLDER = """
    SELECT u.worker FROM evalhub_workunit u JOIN evalhub_job j ON j.id = u.job_id
    WHERE u.state = 'claimed' AND u.number > 0 AND j.kind = 'fine-tune' AND u.attempt = ?
"""
ATTEMPTS = """
    SELECT u.attempt FROM evalhub_workunit u JOIN evalhub_job j ON j.id = u.job_id
    WHERE u.number = 1 AND j.kind = 'fine-tune'
"""
CURVE = (
    "SELECT number, train_loss, validation_loss, validation_kappa FROM evalhub_trainingepoch ORDER BY number"
)
N_EPOCHS = "SELECT count(*) FROM evalhub_trainingepoch"
VERSION = "SELECT number, digest FROM evalhub_raterversion"
JUDGMENTS = "SELECT query_digest, document_digest, state, grade, gain FROM evalhub_judgment ORDER BY 1, 2"


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Files of 18 queries, 9 documents and a gold label for each pair, and a tiny encoder."""
    pairs = labelled_pairs()
    queries = {pair.request.query: f"q{n}" for n, pair in enumerate(pairs)}
    documents = {pair.request.text: f"d{n}" for n, pair in enumerate(pairs)}
    for name, texts in (("corpus.jsonl", documents), ("queries.jsonl", queries)):
        rows = (json.dumps({"_id": key, "text": text}) + "\n" for text, key in texts.items())
        (tmp_path / name).write_text("".join(rows))
    (tmp_path / "gold.txt").write_text(
        "".join(f"{queries[p.request.query]} 0 {documents[p.request.text]} {p.grade}\n" for p in pairs)
    )
    save_encoder(tmp_path / "encoder")
    return tmp_path


def imported(home: Home, folder: Path) -> list[object]:
    """Import the files; returns the command that trains."""
    home.run("corpus", "add", "shop", folder / "corpus.jsonl")
    home.run("queries", "add", "asked", folder / "queries.jsonl")
    home.run("gold", "add", "asked", folder / "gold.txt")
    command = ["rater", "train", "ours", "--queries", "asked", "--kind", "cross-encoder"]
    settings = ["--set", "epochs=60", "--set", "patience=60", "--set", "learning_rate=0.0005"]
    return [*command, "--model", folder / "encoder", *settings]


def test_a_worker_that_is_killed_while_it_trains_changes_nothing(
    make_home: Callable[[str], Home], labelled: Path
) -> None:
    calm, killed = make_home("calm"), make_home("killed")
    printed = calm.run(*imported(calm, labelled))  # with a stack of its own
    command = imported(killed, labelled)
    killed.run("up", "--detach")
    process = killed.start(*command)

    for attempt, n_epochs in ((1, 3), (2, 20)):
        wait_until(lambda n=n_epochs: killed.rows(N_EPOCHS)[0][0] >= n, f"{n_epochs} epochs are over")
        (worker,) = wait_until(lambda a=attempt: killed.rows(HOLDER, a), "a worker trains")[0]
        os.kill(pid_of(worker), signal.SIGKILL)

    ended, _ = process.communicate(timeout=600)
    assert process.returncode == 0, ended
    assert re.search(r"^ours@1: validation kappa \d\.\d{3} \(epoch \d+\)$", printed, re.MULTILINE)
    for query in (VERSION, CURVE, JUDGMENTS):
        assert killed.rows(query) == calm.rows(query)
    assert len(calm.rows(CURVE)) == 60
    assert (calm.rows(ATTEMPTS), killed.rows(ATTEMPTS)) == ([(1,)], [(3,)])
    report = json.loads(calm.run("rater", "evaluate", "ours", "--queries", "asked", "--json", "-"))
    assert report["n_queries"] + report["excluded"]["queries"] == 18
