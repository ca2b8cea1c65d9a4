"""Searches: claimed once, answered as a campaign would, healed and forgotten by the sweep."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub.models import Corpus, EmbeddingModel, Hit, Search, SearchHit, Snapshot, System, Workspace
from evalhub.pipeline import search_box, search_sweep
from evalhub.pipeline.search_box import LEASE, Warm, answer
from evalhub.pipeline.search_sweep import MAX_ATTEMPTS, sweep_searches
from evalhub.selectors.documents import collection_queries
from evalhub.services.searches import search_ask
from evalhub.services.worker import worker_name
from tests.pipeline.conftest import Broker
from tests.pipeline.hosted_campaign import start_campaign, work

TOPICS = (
    "tea",
    "coffee",
    "football",
    "chess",
    "the sea",
    "bread",
    "Python lists",
    "rain",
    "a violin",
    "bees",
)
VERBS = ("how to enjoy", "the history of", "a beginner's guide to", "why people love", "the trouble with")


@pytest.fixture
def system(workspace: Workspace) -> System:
    model = EmbeddingModel.objects.create(
        workspace=workspace, name="m", provider="st", model="m", revision="r", spec={}, digest="m"
    )
    spec = {"kind": "exact", "dtype": "f32"}
    return System.objects.create(
        workspace=workspace, name="s", kind="index", digest="s", embedding_model=model, index_spec=spec
    )


@pytest.fixture
def snapshot(workspace: Workspace) -> Snapshot:
    corpus = Corpus.objects.create(workspace=workspace, name="c")
    return Snapshot.objects.create(
        corpus=corpus, number=1, state="ready", digest="d", source_name="c", n_documents=0
    )


def make_search(system: System, snapshot: Snapshot, **fields: Any) -> Search:
    n = Search.objects.count()
    defaults = {"text": f"text {n}", "depth": 10, "key": f"{n}", "asked_at": timezone.now()}
    return Search.objects.create(
        workspace=system.workspace, snapshot=snapshot, system=system, **defaults | fields
    )


def messages(broker: Broker) -> list[int]:
    return [row_id for task, row_id in broker.messages if task == "evalhub.search"]


def test_an_index_that_is_gone_is_said_with_the_remedy(system: System, snapshot: Snapshot) -> None:
    search = make_search(system, snapshot)
    answer(search.pk)
    search.refresh_from_db()
    assert search.state == Search.State.FAILED
    assert "run a campaign with this system" in search.error
    assert not search.is_loading


@pytest.mark.parametrize("state", ["running", "done", "failed"])
def test_a_second_delivery_changes_nothing(system: System, snapshot: Snapshot, state: str) -> None:
    search = make_search(system, snapshot, state=state, attempt=1)
    answer(search.pk)
    search.refresh_from_db()
    assert (search.state, search.attempt) == (state, 1)
    answer(search.pk + 1)  # one that was deleted meanwhile


def test_what_was_given_to_another_worker_is_not_overwritten(system: System, snapshot: Snapshot) -> None:
    search = make_search(system, snapshot, state="running", attempt=2)
    stale = Search.objects.get(pk=search.pk)
    stale.attempt = 1
    search_box._finish(stale, [], now=timezone.now())
    search_box._fail(stale, "too late")
    search.refresh_from_db()
    assert (search.state, search.error) == ("running", "")


def test_a_dead_worker_gives_its_search_back(system: System, snapshot: Snapshot, broker: Broker) -> None:
    place = worker_name().rpartition(":")[0]
    now = timezone.now()
    later = now + timedelta(minutes=5)
    dead = make_search(
        system, snapshot, state="running", attempt=1, worker=f"{place}:{2**22 + 1}", lease_until=later
    )
    alive = make_search(system, snapshot, state="running", attempt=1, worker=worker_name(), lease_until=later)
    expired = make_search(
        system,
        snapshot,
        state="running",
        attempt=1,
        worker="elsewhere:1",
        lease_until=now - timedelta(seconds=1),
    )
    last = make_search(
        system,
        snapshot,
        state="running",
        attempt=MAX_ATTEMPTS,
        worker=f"{place}:{2**22 + 1}",
        lease_until=later,
    )
    sweep_searches(now=now)
    states = dict(Search.objects.values_list("pk", "state"))
    assert states == {dead.pk: "waiting", alive.pk: "running", expired.pk: "waiting", last.pk: "failed"}
    assert sorted(messages(broker)) == sorted([dead.pk, expired.pk])
    assert "died 3 times" in Search.objects.get(pk=last.pk).error


def test_lost_messages_are_sent_again_until_nobody_waits(
    system: System, snapshot: Snapshot, broker: Broker
) -> None:
    now = timezone.now()
    make_search(system, snapshot, asked_at=now - timedelta(seconds=5))
    lost = make_search(system, snapshot, asked_at=now - timedelta(minutes=1))
    given_up = make_search(system, snapshot, asked_at=now - timedelta(minutes=11))
    sweep_searches(now=now)
    assert messages(broker) == [lost.pk]
    given_up.refresh_from_db()
    assert given_up.state == Search.State.FAILED
    assert "-I evalhub.search_tasks -Q search" in given_up.error


def test_a_lease_that_ran_out_is_no_lack_of_workers(
    system: System, snapshot: Snapshot, broker: Broker
) -> None:
    """A worker of another machine held it for its lease of ten minutes: the next one has ten of its own."""
    now = timezone.now()
    asked = now - timedelta(minutes=11)
    search = make_search(
        system,
        snapshot,
        state="running",
        attempt=1,
        worker="elsewhere:1",
        asked_at=asked,
        started_at=asked,
        lease_until=asked + LEASE,
    )
    sweep_searches(now=now)
    search.refresh_from_db()
    assert (search.state, messages(broker)[:1]) == ("waiting", [search.pk])
    sweep_searches(now=now + timedelta(minutes=10))
    search.refresh_from_db()
    assert (search.state, search.error[:9]) == ("failed", "no worker")


def test_the_oldest_searches_are_forgotten(
    system: System, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_sweep, "KEPT", 2)
    now = timezone.now()
    for minutes in (3, 1, 2, 4):
        make_search(
            system, snapshot, state="done", asked_at=now - timedelta(minutes=minutes), text=f"{minutes}"
        )
    sweep_searches(now=now)
    assert sorted(Search.objects.values_list("text", flat=True)) == ["1", "2"]


def test_what_was_used_longest_ago_goes_first() -> None:
    warm: Warm[str, str] = Warm()
    loaded: list[str] = []

    def get(key: str) -> str:
        return warm.get(key, lambda: loaded.append(key) or key.upper(), most=2)

    assert [get(key) for key in "abacab"] == ["A", "B", "A", "C", "A", "B"]
    assert loaded == ["a", "b", "c", "b"]


@pytest.fixture
def campaign_spec(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Fifty documents, ten queries, three systems by two real models, graded by nobody but gold."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    texts = [f"{verb} {topic}" for topic in TOPICS for verb in VERBS]
    documents = [
        {"_id": f"d{n}", "title": text, "text": f"All about {text}."} for n, text in enumerate(texts)
    ]
    queries = [{"_id": f"q{n}", "text": f"{topic} for beginners"} for n, topic in enumerate(TOPICS)]
    for name, rows in (("corpus", documents), ("queries", queries)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq0\td0\t1\n")
    body = {
        "name": "real",
        "corpus": {"name": "c", "path": "corpus.jsonl"},
        "queries": {"name": "q", "path": "queries.jsonl", "qrels": "qrels.tsv"},
        "systems": [
            {"name": "minilm", "embedding_model": "minilm"},
            {
                "name": "short",
                "embedding_model": "minilm",
                "index": {"kind": "exact", "dimension": 128, "dtype": "i8"},
            },
            {"name": "graph", "embedding_model": "wordllama", "index": {"kind": "hnsw", "dimension": 256}},
        ],
        "raters": [{"name": "people", "kind": "gold"}],
        "cutoff": 10,
    }
    path = tmp_path / "spec.yaml"
    path.write_text(json.dumps(body))
    yield path
    search_box.encoders.clear()
    search_box.searchers.clear()


@pytest.mark.slow
def test_a_search_finds_what_a_campaign_retrieves(
    workspace: Workspace, broker: Broker, campaign_spec: Path
) -> None:
    campaign = start_campaign(campaign_spec)
    work()
    n_compared = 0
    for row in campaign.campaign_systems.select_related("system"):
        for query in collection_queries(campaign.collection, campaign.collection_version):
            search = search_ask(
                workspace, campaign.snapshot, row.system, query.text, campaign.depth, now=timezone.now()
            )
            answer(search.pk)
            search.refresh_from_db()
            assert search.state == Search.State.DONE, search.error
            assert (search.query_ms or 0) > 0
            found = list(
                SearchHit.objects.filter(search=search).order_by("rank").values_list("document", "score")
            )
            expected = list(
                Hit.objects.filter(run=row.run, query=query).order_by("rank").values_list("document", "score")
            )
            assert [document for document, _ in found] == [document for document, _ in expected]
            # A campaign encodes its queries together: the last bits of a vector may differ.
            assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)
            n_compared += 1
    assert n_compared == 30
    # Each model and index was loaded once, and stayed.
    assert Search.objects.exclude(load_s=None).count() == 3
