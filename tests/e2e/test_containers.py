"""The containers' own commands, run here on a real PostgreSQL and a real Redis: from token to numbers."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from evalhub.stack.processes import web_answers
from tests.docker.compose import ours
from tests.e2e.conftest import Home, wait_until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
LASTING = ("web", "compute", "default", "messages", "search", "scheduler")


@pytest.fixture
def containers(
    make_home: Callable[[str], Home], redis_url: str, postgres_url: str, tmp_path: Path
) -> Iterator[Home]:
    """All services of compose.yaml as processes of this machine."""
    home = make_home("containers")
    given = {"POSTGRES_PASSWORD": "unused", "PORT": home.port}
    bin_folder = Path(sys.executable).parent
    servers = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
    place = {"EVALHUB_HOME": str(home.folder), "DJANGO_SETTINGS_MODULE": "evalhub.settings"}

    def begin(service: dict[str, Any], log: Path) -> "subprocess.Popen[bytes]":
        program, *rest = [part.replace("/tmp/", f"{tmp_path}/") for part in service["command"]]
        environment = {**os.environ, **service["environment"], **place, **servers}
        with log.open("wb") as output:
            return subprocess.Popen(
                [str(bin_folder / program), *rest], env=environment, cwd=ROOT, stdout=output, stderr=output
            )

    services = ours(given)
    assert begin(services.pop("migrate"), tmp_path / "migrate.log").wait() == 0
    assert set(services) == set(LASTING)
    with ExitStack() as running:
        for name, service in services.items():
            process = begin(service, tmp_path / f"{name}.log")
            running.callback(process.wait)
            running.callback(process.terminate)
        wait_until(lambda: web_answers(int(home.port)), "the web container answers")
        home.environment.update(servers)
        yield home


def test_a_campaign_by_rest_through_the_containers(containers: Home, tmp_path: Path) -> None:
    said = containers.run("user", "add", "ada")
    assert "as ada, password" in said
    token = containers.run("token", "create", "--scope", "run").split()[-1]
    (tmp_path / "corpus.jsonl").write_text(
        "".join(f'{{"_id": "d{n}", "text": "{text}"}}\n' for n, text in enumerate(TEXTS))
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "how to boil an egg"}\n')
    (tmp_path / "qrels.txt").write_text("q1 0 d0 1\nq1 0 d1 0\nq1 0 d2 0\n")
    (tmp_path / "SPEC.yaml").write_text(SPEC)
    server = ("--server", f"http://127.0.0.1:{containers.port}", "--token", token)
    printed = containers.run("run", tmp_path / "SPEC.yaml", *server)
    # The egg comes first: 1 / (1 + 1 / log2(3) + 1 / log2(4)), and a perfect ranking.
    assert re.search(r"words\W+0\.469\W+0\.469 to 0\.469\W+100\.0%\W+1\.000\W+1\.000", printed)


TEXTS = ("Boil an egg for eight minutes.", "The harbour is closed.", "Trains leave at noon.")
SPEC = """
name: containers
corpus: {name: notes, path: corpus.jsonl}
queries: {name: asked, path: queries.jsonl, qrels: qrels.txt}
systems: [{name: words, embedding_model: wordllama}]
raters: [{name: people, kind: gold}]
cutoff: 3
"""
