"""`evalhub run --server`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django.live_server_helper import LiveServer

from evalhub.cli.run_command import run
from evalhub.cli.run_remote import run_with
from evalhub.client import EvalHub, EvalHubError
from evalhub.client_deadline import Deadline
from evalhub.spec.load import load_spec
from tests.api.workers import work

Write = Callable[[str, str], Path]

SPEC = """
name: nightly
corpus: {name: books, path: corpus.jsonl}
queries: {name: head, path: queries.jsonl, qrels: qrels.txt}
systems:
  - {name: production, run: p.trec}
  - {name: worse, run: w.trec}
raters: [{name: people, kind: gold}]
cutoff: 1
gate:
  - {system: SYSTEM, measure: PWAS@1, minimum: 0.9}
"""
QUERIES = "".join(f'{{"_id": "q{n}", "text": "t"}}\n' for n in range(1, 9))


@pytest.fixture
def spec(write: Write) -> Callable[[str], Path]:
    """Write a spec with its files: `production` finds the right document of two, `worse` the other."""
    write("corpus.jsonl", '{"_id": "d1", "text": "a"}\n{"_id": "d2", "text": "b"}\n')
    write("queries.jsonl", QUERIES)
    write("qrels.txt", "".join(f"q{n} 0 d1 1\nq{n} 0 d2 0\n" for n in range(1, 9)))
    for name, document in (("p", "d1"), ("w", "d2")):
        write(f"{name}.trec", "".join(f"q{n} Q0 {document} 1 1 t\n" for n in range(1, 9)))
    return lambda system: write("SPEC.yaml", SPEC.replace("SYSTEM", system))


def test_files_are_uploaded_and_results_come_back(
    hub: EvalHub, spec: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    results = run_with(hub, load_spec(spec("production")), Deadline(None))
    assert (results["campaign"]["state"], results["gate"]["outcome"]) == ("done", "pass")
    values = {row["name"]: row["measures"]["PWAS@1"]["value"] for row in results["systems"]}
    assert values == {"production": 1.0, "worse": 0.0}
    assert results["systems"][0]["gold_measures"]
    told = capsys.readouterr().err
    assert "ingest corpus.jsonl into books" in told
    assert "score nightly" in told


def test_what_the_server_refuses_is_the_users_to_mend(hub: EvalHub, spec: Callable[[str], Path]) -> None:
    path = spec("production")
    path.write_text(path.read_text().replace("cutoff: 1", "cutoff: 3").replace("PWAS@1", "PWAS@3"))
    with pytest.raises(EvalHubError, match='field "cutoff": 3, but the corpus "books" has 2 documents'):
        run_with(hub, load_spec(path), Deadline(None))


@pytest.mark.slow
@pytest.mark.parametrize(("system", "code"), [("production", 0), ("worse", 1)])
def test_the_command_against_a_server_that_listens(
    live_server: LiveServer,
    token: str,
    spec: Callable[[str], Path],
    system: str,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evalhub.dispatch.app.send_task", lambda *arguments, **options: None)
    # Whenever the client waits, the work is done meanwhile.
    working = partial(EvalHub, sleep=lambda seconds: work())
    monkeypatch.setattr("evalhub.cli.run_remote.EvalHub", working)
    output = tmp_path / "results.json"
    arguments = [str(spec(system)), "--server", live_server.url, "--token", token, "--json", str(output)]
    result = CliRunner().invoke(run, arguments, standalone_mode=False)
    assert result.return_value == code, result.output
    assert output.exists()
