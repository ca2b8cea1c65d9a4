"""A CI job's whole life: a token, uploads, campaigns with gates, JUnit, and every exit code provoked."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import Error, Failure, JUnitXml

from tests.e2e.conftest import DEADLINE_S, Home

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]
BEST = {"kind": "exact", "dimension": 256, "dtype": "f32"}
WORSE = {"kind": "exact", "dimension": 16, "dtype": "b1"}
MEASURE = "nDCG@10"
# Nobody listens there: the discard port of this machine.
NOWHERE = "http://127.0.0.1:9/v1"
SHA = "9fceb02d0ae598e95dc970b74767f19372d61af8"


class Job:
    """What a CI job has: a folder, the address of a server and a token; never the server's own files."""

    def __init__(self, folder: Path, url: str, token: str, environment: dict[str, str]) -> None:
        self.folder = folder
        hidden = ("EVALHUB_HOME", "EVALHUB_DATA", "PORT")
        self._environment = {key: value for key, value in environment.items() if key not in hidden}
        self._environment |= {
            "EVALHUB_HOME": str(folder / "nothing"),
            "EVALHUB_SERVER": url,
            "EVALHUB_TOKEN": token,
        }

    def run(self, index: dict[str, Any], gate: list[dict[str, Any]], *options: str, **more: Any) -> "Ended":
        """Run the campaign of the candidate with this index."""
        spec = {
            "name": "search-quality",
            "corpus": {"name": "python-stdlib", "path": "corpus.jsonl"},
            "queries": {"name": "questions", "path": "queries.jsonl", "qrels": "qrels.tsv"},
            "systems": [
                {"name": "production", "embedding_model": "wordllama", "index": BEST},
                {"name": "candidate", "embedding_model": "wordllama", "index": index},
            ],
            "raters": [{"name": "people", "kind": "gold"}],
            "gate": gate,
            **more,
        }
        (self.folder / "spec.yaml").write_text(yaml.safe_dump(spec))
        files = ("--junit", "junit.xml", "--markdown", "summary.md", "--json", "results.json")
        for name in files[1::2]:
            (self.folder / name).unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "evalhub", "run", "spec.yaml", *files, *options],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr, self.folder)


class Ended:
    """How a run ended and what it left."""

    def __init__(self, code: int, out: str, err: str, folder: Path) -> None:
        self.code, self.out, self.err = code, out, err
        self.results: dict[str, Any] = {}
        self.cases: list[Any] = []
        if (folder / "results.json").exists():
            self.results = json.loads((folder / "results.json").read_text())
            (suite,) = JUnitXml.fromfile(str(folder / "junit.xml"))
            self.cases = list(suite)


@pytest.fixture
def job(make_home: Callable[[str], Home], tmp_path: Path) -> Job:
    """A server in its own folder; the job talks to it by its address and a token alone."""
    home = make_home("server")
    home.environment["EVALHUB_HOSTED_URLS"] = NOWHERE
    folder = tmp_path / "job"
    build = [sys.executable, str(REPOSITORY / "demo" / "build_corpus.py"), str(folder)]
    subprocess.run(build, check=True, capture_output=True)
    home.run("up", "--detach")
    token = home.run("token", "create", "--scope", "run").strip().splitlines()[-1]
    return Job(folder, f"http://127.0.0.1:{home.port}", token, home.environment)


def test_every_exit_code_of_a_ci_job(job: Job) -> None:
    margin = [{"system": "candidate", "baseline": "production", "measure": MEASURE, "margin": 0.02}]
    against_main = [
        {
            "system": "candidate",
            "baseline": {"branch": "main", "if_missing": "pass"},
            "measure": MEASURE,
            "margin": 0.02,
        }
    ]

    first = job.run({**BEST, "dtype": "f16"}, margin + against_main, "--branch", "main", "--commit", SHA)
    assert first.code == 0, first.out + first.err
    assert [case.result for case in first.cases] == [[], [], []]
    assert "\r" not in first.out + first.err
    assert (first.results["source"]["branch"], first.results["source"]["commit"]) == ("main", SHA)

    again = job.run({**BEST, "dtype": "f16"}, margin + against_main, "--branch", "main", "--commit", SHA)
    assert again.code == 0, again.out + again.err
    assert "Nothing was graded anew and nothing was paid: all" in again.out
    assert {row["reused"] == row["pairs"] for row in again.results["ratings"]} == {True}
    assert again.results["timings_s"]["embed"] == again.results["timings_s"]["rate"] == 0.0

    worse = job.run(WORSE, margin + against_main, "--branch", "cheaper", "--annotations", "github")
    assert worse.code == 1, worse.out + worse.err
    _, here, there = worse.cases
    assert isinstance(here.result[0], Failure)
    assert isinstance(there.result[0], Failure)
    assert "all of it below -0.02" in here.result[0].message
    assert worse.results["gate"]["rules"][1]["baseline_campaign"] == again.results["campaign"]["id"]
    assert len(re.findall(r"^::error title=EvalHub search-quality", worse.out, re.MULTILINE)) == 2
    assert "❌ gate fail" in (job.folder / "summary.md").read_text()

    value = first.results["systems"][1]["gold_measures"][MEASURE]
    on_the_line = [
        {"system": "candidate", "measure": MEASURE, "minimum": round((value["value"] + value["high"]) / 2, 3)}
    ]
    undecided = job.run({**BEST, "dtype": "f16"}, on_the_line)
    assert undecided.code == 3, undecided.out + undecided.err
    assert isinstance(undecided.cases[1].result[0], Error)
    needs = undecided.results["gate"]["rules"][0]["needs"]
    assert needs["queries"] > 0
    assert needs["labels"] == 10 * needs["queries"]
    assert needs["url"].endswith("/review/")
    assert "would settle it" in undecided.out

    nobody = {
        "name": "judge",
        "kind": "hosted",
        "model": "m",
        "base_url": NOWHERE,
        "api_key_env": "NO_API_KEY",
    }
    failed = job.run(BEST | {"dtype": "f16"}, margin, raters=[nobody])
    assert failed.code == 4, failed.out + failed.err
    assert failed.results["campaign"]["state"] == "failed"
    assert isinstance(failed.cases[0].result[0], Error)

    refused = job.run(BEST | {"dtype": "f16"}, [{**margin[0], "measure": "nDCG@11"}])
    assert refused.code == 2
    assert "gate[0].measure" in refused.err
