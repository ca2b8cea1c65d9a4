"""Two CI jobs that upload to the same names at once: each is evaluated on its own files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalhub.client import EvalHub, Json
from evalhub.models import Campaign, CampaignJob, Snapshot
from tests.client.test_client import QUERIES

Write = Callable[[str, str], Path]
Job = Callable[[str], Path]

SPEC = """
name: nightly
corpus: {name: books, path: corpus.jsonl}
queries: {name: head, path: queries.jsonl, qrels: qrels.txt}
systems: [{name: found, run: run.trec}]
raters: [{name: people, kind: gold}]
cutoff: 1
"""


@pytest.fixture
def job(write: Write) -> Job:
    """A CI job's files: a document, a query and a label of its own beside d1 and q1, and a run of all."""

    def made(name: str) -> Path:
        write(f"{name}/corpus.jsonl", f'{{"_id": "d1", "text": "a"}}\n{{"_id": "{name}", "text": "b"}}\n')
        write(f"{name}/queries.jsonl", f'{QUERIES}{{"_id": "q-{name}", "text": "{name}?"}}\n')
        write(f"{name}/qrels.txt", f"q1 0 {name} 1\nq-{name} 0 d1 1\n")
        write(f"{name}/run.trec", f"q1 Q0 {name} 1 1 t\nq-{name} Q0 d1 1 1 t\n")
        return write(f"{name}/SPEC.yaml", SPEC)

    return made


def before(monkeypatch: pytest.MonkeyPatch, method: str, act: Callable[[], object]) -> None:
    """Have somebody act once, just before a client does something."""
    real = getattr(EvalHub, method)
    left = [act]

    def first(hub: EvalHub, *arguments: Any, **named: Any) -> Any:
        if left:
            left.pop()()
        return real(hub, *arguments, **named)

    monkeypatch.setattr(EvalHub, method, first)


def states(results: Json) -> tuple[int, int, int]:
    campaign = Campaign.objects.get(pk=results["campaign"]["id"])
    return campaign.snapshot.number, campaign.collection_version, campaign.gold_version


# Between any two of A's requests to the server.
@pytest.mark.parametrize("moment", ["upload_queries", "upload_gold", "upload_run", "create_campaign"])
def test_each_is_evaluated_on_what_it_uploaded(
    hub: EvalHub, job: Job, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    of_b: list[Json] = []
    before(monkeypatch, moment, lambda: of_b.append(hub.run(job("b"))))
    of_a = hub.run(job("a"))
    for results, name in ((of_a, "a"), (of_b[0], "b")):
        assert results["systems"][0]["measures"]["PWAS@1"] | {"low": 0, "high": 0} == {
            "value": 1.0, "low": 0, "high": 0, "n_queries": 2, "lower_bound": 1.0, "upper_bound": 1.0,
            "coverage": 1.0,
        }  # fmt: skip
        asked = {row["query_id"] for row in hub.pages(f"campaigns/{results['campaign']['id']}/queries")}
        assert asked == {"q1", f"q-{name}"}
    assert states(of_a)[0] == 1
    assert states(of_b[0])[0] == 2


def test_the_snapshot_is_told_that_holds_the_upload(
    hub: EvalHub, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where a newer one is ready before anybody asks."""
    path = job("b").with_name("corpus.jsonl")
    before(monkeypatch, "_get", lambda: hub.upload_corpus("books", path))
    kept = hub.upload_corpus("books", job("a").with_name("corpus.jsonl"))
    assert (kept["snapshot"]["number"], Snapshot.objects.count()) == (1, 2)


def test_the_same_commit_again_is_free_whoever_uploaded_meanwhile(hub: EvalHub, job: Job) -> None:
    first = hub.run(job("a"))
    again = hub.run(job("a"))
    assert states(first) == states(again) == (1, 1, 1)
    reused = CampaignJob.objects.filter(campaign=again["campaign"]["id"]).values_list("is_reused", flat=True)
    assert all(reused)
    hub.run(job("b"))
    third = hub.run(job("a"))
    # The documents of the first; queries and labels count on, and what is asked is the same.
    assert states(third) == (1, 3, 3)
    assert third["ratings"][0]["reused"] == third["ratings"][0]["pairs"] == 2


def test_numbers_of_a_spec_are_sent_as_they_are(hub: EvalHub, job: Job, write: Write) -> None:
    hub.run(job("a"))
    hub.run(job("b"))
    old = SPEC.replace("path: corpus.jsonl", "snapshot: 1").replace(
        "path: queries.jsonl, qrels: qrels.txt", "version: 1, gold_version: 1"
    )
    assert states(hub.run(write("a/old.yaml", old))) == (1, 1, 1)
    new = old.replace(", snapshot: 1", "").replace(", version: 1, gold_version: 1", "")
    assert states(hub.run(write("b/new.yaml", new))) == (2, 2, 2)
