"""Whole runs, lists and tables."""

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalhub.client import EvalHub, Json
from evalhub.client_results import UnableToFind, UnableToMakeFrame
from tests.client.test_client import CORPUS, QUERIES

Write = Callable[[str, str], Path]

SPEC = """
name: nightly
corpus: {name: books, path: corpus.jsonl}
queries: {name: head, path: queries.jsonl, qrels: qrels.txt}
systems:
  - {name: production, run: p.trec}
  - {name: other, run: o.trec}
raters: [{name: people, kind: gold}]
cutoff: 1
source: {branch: main}
"""


@pytest.fixture
def path(write: Write) -> Path:
    write("corpus.jsonl", CORPUS)
    write("queries.jsonl", QUERIES)
    write("qrels.txt", "q1 0 d1 3\nq1 0 d2 0\n")
    write("p.trec", "q1 Q0 d1 1 1 t\n")
    write("o.trec", "q1 Q0 d2 1 1 t\n")
    return write("SPEC.yaml", SPEC)


def test_a_spec_is_run_to_its_end(hub: EvalHub, path: Path) -> None:
    seen: list[str] = []
    results = hub.run(path, on_progress=lambda found: seen.append(found["state"]))
    assert (results["campaign"]["state"], seen[-1]) == ("done", "done")
    spec: Json = {
        "name": "again",
        "corpus": {"name": "books"},
        "queries": {"name": "head"},
        "systems": [{"name": "production", "run": str(path.with_name("p.trec"))}],
        "raters": [{"name": "people", "kind": "gold"}],
        "cutoff": 1,
    }
    assert [row["name"] for row in hub.run(spec)["systems"]] == ["production"]


def test_results_are_tables(hub: EvalHub, path: Path) -> None:
    key = hub.run(path)["campaign"]["id"]
    systems = hub.frame(key, "systems")
    rated = systems[systems.measure == "PWAS@1"].set_index("system")
    assert rated.loc["production", "value"] == 1.0
    assert rated.loc["other", "value"] == 0.0
    assert set(systems[systems.rater == "gold"].measure) >= {"nDCG@1", "RR@1"}
    assert hub.frame(key, "comparisons").difference.abs().max() == 1.0
    queries = hub.frame(key, "queries")
    assert set(queries.query_id) == {"q1"}
    assert set(queries.system) == {"production", "other"}
    hits = hub.frame(key, "hits", system="other", query_id="q1")
    assert hits[["rank", "doc_id", "grade by people"]].to_numpy().tolist() == [[1, "d2", 0]]


def test_tables_without_pandas_say_what_to_do(hub: EvalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnableToMakeFrame, match="pip install pandas"):
        hub.frame(1, "systems")
    with pytest.raises(UnableToMakeFrame, match="there are: systems, comparisons, queries, hits"):
        hub.frame(1, "sytems")  # type: ignore[arg-type]


def test_lists_go_on_over_pages(hub: EvalHub, path: Path) -> None:
    keys = [hub.run(path)["campaign"]["id"] for _ in range(3)]
    assert [row["id"] for row in hub.campaigns(page_size=2)] == keys[::-1]
    assert [row["query_id"] for row in hub.pages(f"campaigns/{keys[0]}/queries")] == ["q1"]


def test_a_campaign_is_found_by_its_name(hub: EvalHub, path: Path) -> None:
    hub.run(path)
    key = hub.run(path)["campaign"]["id"]
    assert hub.campaign_named("nightly")["id"] == hub.campaign_named("nightly", branch="main")["id"] == key
    with pytest.raises(UnableToFind, match='no campaign is named "nightly", branch other'):
        hub.campaign_named("nightly", branch="other")
