"""PostgreSQL and Redis instead of the embedded parts: the same result."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Home

pytestmark = pytest.mark.slow


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
