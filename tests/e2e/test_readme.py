"""README's commands, as a newcomer runs them."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from evalhub.cli.commands import cli
from evalhub.spec.load import parse_spec
from tests.e2e.conftest import Home

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text()

N_JUDGMENTS = "SELECT count(*), max(rated_at) FROM evalhub_judgment"


def make(home: Home, *arguments: str) -> str:
    """Run `make ARGS` in the repository; returns what it printed."""
    ended = subprocess.run(
        ["make", *arguments],
        cwd=REPOSITORY,
        env=home.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.slow
def test_make_demo_prints_the_table_and_a_second_one_does_no_model_work(
    make_home: Callable[[str], Home],
) -> None:
    home = make_home("demo")
    first = make(home, "demo", "DETACH=1")
    assert "demo (campaign 1, done)" in first
    assert re.search(r"Sign in at http://127\.0\.0\.1:\d+ as demo, password \S{8,}", first)
    for row in home.results()["systems"]:
        # The table shows three decimals of what the result JSON holds.
        for measure in (row["measures"]["PWAS@10"], row["gold_measures"]["nDCG@10"]):
            assert f"{measure['value']:.3f} [{measure['low']:.3f}," in first
    assert re.search(
        r"Of the 3 differences that gold labels find, default finds [23] and turns 0 round", first
    )
    judged = home.rows(N_JUDGMENTS)
    second = make(home, "demo", "DETACH=1")
    jobs = len(home.rows("SELECT DISTINCT job_id FROM evalhub_campaignjob"))
    assert second.count("found finished") == jobs
    assert home.rows(N_JUDGMENTS) == judged
    assert "stopped" in make(home, "stop")


def yaml_blocks() -> list[dict[str, Any]]:
    """The YAML that README shows."""
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)]


def test_the_hosted_rater_is_a_valid_spec() -> None:
    whole, hosted = yaml_blocks()
    for part in ("corpus", "queries"):
        whole[part] = {"name": whole[part]["name"]}
    assert parse_spec({**whole, **hosted}).raters[0].kind == "hosted"


@pytest.mark.slow
def test_the_spec_runs_as_it_stands(make_home: Callable[[str], Home], tmp_path: Path) -> None:
    home = make_home("own-data")
    products = ["red kettle", "steel pan", "blue mug", "tea pot", "wine glass", "bread knife"]
    rows = [
        {"_id": str(n), "title": f"{name} {n}", "text": f"A {name}."} for n, name in enumerate(products * 3)
    ]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    queries = '{"_id": "q1", "text": "kettle"}\n{"_id": "q2", "text": "mug"}\n'
    (tmp_path / "queries.jsonl").write_text(queries)
    (tmp_path / "SPEC.yaml").write_text(re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)[0])
    process = home.start("run", tmp_path / "SPEC.yaml", "--json", tmp_path / "result.json")
    printed, _ = process.communicate(timeout=900)
    results = json.loads((tmp_path / "result.json").read_text())
    codes = {"pass": 0, "fail": 1, "undecided": 3}
    assert process.returncode == codes[results["gate"]["outcome"]], printed
    assert {row["name"] for row in results["systems"]} == {"minilm-384", "wordllama-256"}
    assert all(row["measures"]["PWAS@10"]["coverage"] == 1.0 for row in results["systems"])


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`evalhub ([a-z ]+?)(?: SPEC\.yaml)?`", README))))
def test_a_documented_command_exists(command: str) -> None:
    ended = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert ended.exit_code == 0, ended.output
    assert ended.output.startswith("Usage:")
