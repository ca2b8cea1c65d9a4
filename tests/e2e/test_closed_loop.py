"""People's grades of a review become an adopted rater version, with real workers from end to end."""

import csv
import gzip
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Home, wait_until
from tests.e2e.replay_ratings import ratings_of

pytestmark = pytest.mark.slow

CUTOFF = 5
PREVIEW = ("rater", "preview", "words@2", "--instead-of", "words@1", "--pairs", "200", "--json")
EVALUATE = ("rater", "evaluate", "words@2", "--compare", "words@1", "--queries", "head", "--json", "-")
# The calibrated rater that ships, by words alone: a pair takes it a millisecond and no model is loaded.
SHIPPED = {"name": "words", "kind": "calibrated", "evidence": "lexical"}
IS_QUEUED = """
    SELECT 1 FROM evalhub_reviewqueue q JOIN evalhub_job j ON j.id = q.job_id WHERE j.state = 'done'
"""
RATERS = """
    SELECT c.name, v.number FROM evalhub_campaignrater r
    JOIN evalhub_campaign c ON c.id = r.campaign_id
    JOIN evalhub_raterversion v ON v.id = r.rater_version_id ORDER BY c.id
"""
N_ITEMS = "SELECT count(*) FROM evalhub_reviewitem"


@pytest.fixture
def folder(evalhub_data: Path, tmp_path: Path) -> Path:
    """A spec over the electronics shop: two systems that return pairs which three people rated."""
    source = evalhub_data / "chorus-electronics"
    rated: dict[str, list[str]] = defaultdict(list)
    for query, document in sorted(ratings_of(source / "raters" / "individual_ratings.csv")):
        rated[query].append(document)
    queries = {row["_id"]: row["text"] for row in map(json.loads, (source / "queries.jsonl").open())}
    with gzip.open(source / "corpus.jsonl.gz", "rt") as file:
        titles = {row["_id"]: row["title"] for row in map(json.loads, file)}
    _write_run(tmp_path / "titles.trec", rated, lambda q, d: _shared(queries[q], titles[d]))
    _write_run(tmp_path / "short.trec", rated, lambda q, d: -len(titles[d]))
    files = {"corpus": source / "corpus.jsonl.gz", "queries": source / "queries.jsonl"}
    (tmp_path / "first.yaml").write_text(json.dumps(_spec("first", SHIPPED, files)))
    for name in ("between", "after"):
        (tmp_path / f"{name}.yaml").write_text(json.dumps(_spec(name, {"name": "words"}, {})))
    return tmp_path


def test_from_grades_to_an_adopted_version(
    make_home: Callable[[str], Home], folder: Path, evalhub_data: Path
) -> None:
    home = make_home("loop")
    home.run("up", "--detach")
    before = _run(home, folder / "first.yaml")
    wait_until(lambda: home.rows(IS_QUEUED), "the queue is filled")
    states = _replay(home, evalhub_data / "chorus-electronics" / "raters" / "individual_ratings.csv")
    assert set(states) == {"settled"}
    assert states["settled"] == home.rows(N_ITEMS)[0][0] > 500

    trained = home.run("rater", "next", "words", "--queries", "head")
    assert "words@2 is trained; words still means words@1" in trained
    assert "on the held-out queries: " in trained
    report = json.loads(home.run(*EVALUATE))
    difference = report["compared"]["differences"]["kappa_quadratic"]
    assert f"{difference['value']:+.2f}" in trained
    assert ("Better on" in trained) == (difference["low"] > 0)
    # Nobody is measured on what taught either of the two.
    assert 10 < report["n_queries"] < report["excluded"]["queries"]

    # Nothing is adopted yet: a campaign by the bare name asks nobody anything.
    between = _run(home, folder / "between.yaml")
    assert [row["measures"] for row in between["systems"]] == [row["measures"] for row in before["systems"]]
    assert between["ratings"][0]["reused"] == before["ratings"][0]["pairs"]
    home.run(*PREVIEW, folder / "preview.json")
    preview = json.loads((folder / "preview.json").read_text())
    assert preview["n_sampled"] == 200
    assert [row["name"] for row in preview["campaigns"]] == ["between", "first"]

    home.run("rater", "promote", "words@2")
    after = _run(home, folder / "after.yaml")
    assert home.rows(RATERS) == [("first", 1), ("between", 1), ("after", 2)]
    assert after["settings"]["raters"][0]["version"] != before["settings"]["raters"][0]["version"]
    _check_forecast(preview["campaigns"][-1], before, after)


def _check_forecast(campaign: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    """The preview said what the campaign by the adopted version came to, within four standard errors."""
    (told,) = campaign["comparisons"]
    was, came = (
        next(row for row in one["comparisons"] if row["rater"] == "words") for one in (before, after)
    )
    assert told["now"]["value"] == was["difference"]
    assert told["sampling_error"] > 0.0
    assert abs(told["then"]["value"] - came["difference"]) < 4 * told["sampling_error"]
    assert told["verdict_now"] == was["verdict"]
    if told["outlook"] in ("stays", "would flip"):
        assert (came["verdict"] == was["verdict"]) == (told["outlook"] == "stays")
    for system, row in zip(after["systems"], campaign["systems"], strict=True):
        value = system["measures"][f"PWAS@{CUTOFF}"]["value"]
        assert abs(row["then"]["value"] - value) < 4 * row["sampling_error"]


def _run(home: Home, spec: Path) -> dict[str, Any]:
    path = spec.with_suffix(".json")
    home.run("run", spec, "--json", path)
    results: dict[str, Any] = json.loads(path.read_text())
    return results


def _replay(home: Home, ratings: Path) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.e2e.replay_ratings", "1", str(ratings)]
    done = subprocess.run(command, env=home.environment, check=True, stdout=subprocess.PIPE, timeout=600)
    states: dict[str, int] = json.loads(done.stdout)
    return states


def _write_run(path: Path, rated: dict[str, list[str]], score: Callable[[str, str], float]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=" ", lineterminator="\n")
        for query, documents in rated.items():
            ordered = sorted(documents, key=lambda document: (-score(query, document), document))
            for rank, document in enumerate(ordered[:CUTOFF], 1):
                writer.writerow([query, "Q0", document, rank, CUTOFF - rank, path.stem])


def _shared(query: str, title: str) -> float:
    words = set(query.lower().split())
    return len(words & set(title.lower().split())) / len(words)


def _spec(name: str, rater: dict[str, str], files: dict[str, Path]) -> dict[str, Any]:
    measure, paths = f"PWAS@{CUTOFF}", {part: {"path": str(path)} for part, path in files.items()}
    return {
        "name": name,
        "corpus": {"name": "shop", **paths.get("corpus", {})},
        "queries": {"name": "head", **paths.get("queries", {})},
        "systems": [
            {"name": "titles", "run": "titles.trec"},
            {"name": "short", "run": "short.trec"},
        ],
        "raters": [rater],
        "cutoff": CUTOFF,
        "depth": CUTOFF,
        "gate": [{"system": "titles", "measure": measure, "minimum": 0.05}],
    }
