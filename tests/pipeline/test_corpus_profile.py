"""Profiles of corpora through the job machine."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from evalhub import wiring
from evalhub.formats.source import Source
from evalhub.models import (
    CorpusProfile,
    EmbeddingModel,
    Job,
    ProfilePart,
    QueryCollection,
    Snapshot,
    VectorSet,
    VectorShard,
    Workspace,
)
from evalhub.pipeline import ingest
from evalhub.pipeline.profile_parts import similar
from evalhub.pipeline.profile_parts.sampling import sample_keys
from evalhub.selectors.documents import snapshot_keys
from evalhub.services.embedding_models import embedding_model_register
from evalhub.services.gold import gold_import
from evalhub.services.profiles import CHEAP_DOCUMENTS, profile_start, profile_start_if_cheap
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from evalhub.services.uploads import documents_upload
from indexing.registry import resolve_encoder
from tests.pipeline.conftest import Broker

GERMAN = "Der schnelle braune Fuchs springt über den faulen Hund und läuft in den dunklen Wald hinein."
ENGLISH = "The quick brown fox jumps over the lazy dog and runs away into the dark forest over there."
TEXTS = {
    "a": ENGLISH,
    "b": ENGLISH,
    "c": f"{ENGLISH} Twice, as a whole afternoon may have it.",
    "d": GERMAN,
    "e": "12345 67890",
    "f": "word " * 400,
}
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def snapshot(workspace: Workspace, tmp_path: Path, settings: Any) -> Snapshot:
    settings.EVALHUB_HOME = tmp_path
    return _imported(workspace, tmp_path, TEXTS)


@pytest.fixture
def collection(workspace: Workspace, tmp_path: Path, snapshot: Snapshot) -> QueryCollection:
    path = tmp_path / "queries.jsonl"
    rows = [{"_id": "q1", "text": "quick fox"}, {"_id": "q2", "text": "brauner Fuchs"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = queries_import(workspace, "asked", Source.at(path))
    gold = tmp_path / "gold.txt"
    gold.write_text("q1 0 a 2\nq1 0 d 1\nq2 0 a 0\n")
    return gold_import(made, Source.at(gold))


def _imported(workspace: Workspace, folder: Path, texts: dict[str, str]) -> Snapshot:
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps({"_id": key, "text": text}) + "\n" for key, text in texts.items()))
    return snapshot_import(workspace, "shop", Source.at(path), clock=timezone.now)


def _model(workspace: Workspace, name: str) -> EmbeddingModel:
    return embedding_model_register(workspace, name, resolve_encoder(name))


def _vectors(snapshot: Snapshot, model: EmbeddingModel, rows: dict[str, list[float]]) -> VectorSet:
    """A vector set as an embed job would leave it; vectors by doc_id."""
    keys = dict(snapshot.corpus.documents.values_list("doc_id", "pk"))
    vectors = np.array([rows[key] for key in keys], dtype=np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    made = VectorSet.objects.create(
        snapshot=snapshot, embedding_model=model, is_ready=True, dimension=2, n_vectors=len(keys)
    )
    info = wiring.shard_store().write(f"v{made.pk}", np.array(list(keys.values())), vectors)
    VectorShard.objects.create(
        vector_set=made,
        name=info.name,
        n_vectors=info.n,
        dimension=2,
        n_bytes=info.n_bytes,
        digest=info.digest,
        n_tokens=0,
        n_truncated=0,
        encode_s=0.0,
    )
    return made


def _part(profile: CorpusProfile, name: str, subject: str = "") -> dict[str, Any]:
    rows = profile.parts.filter(name=name)
    return dict((rows.filter(subject=subject) if subject else rows).get().figures)


def test_texts_are_counted_by_hand(snapshot: Snapshot, broker: Broker) -> None:
    profile = profile_start(snapshot, None, now=NOW)
    broker.drain()
    figures = _part(profile, "texts")

    lengths = sorted(len(text.strip()) for text in TEXTS.values())
    assert figures["n_documents"] == 6
    assert (figures["characters"]["smallest"], figures["characters"]["largest"]) == (11, 1_999)
    assert figures["characters"]["mean"] == pytest.approx(sum(lengths) / 6)
    # 18 words twice, 18 + 8 words, 16 words, 2 and 400.
    assert (figures["words"]["smallest"], figures["words"]["largest"]) == (2, 400)
    assert figures["words"]["mean"] == pytest.approx((18 + 18 + 26 + 16 + 2 + 400) / 6)
    assert figures["duplicates"] == {
        "n_texts": 1,
        "n_documents": 2,
        "n_extra": 1,
        "groups": [[2, ["a", "b"]]],
    }
    languages = dict(figures["languages"])
    assert (languages["de"], languages["zxx"]) == (1, 1)
    assert languages["en"] >= 3
    assert figures["n_languages_of"] == 6
    job = Job.objects.get(profile=profile)
    assert (job.state, job.kind, job.queue) == ("done", "profile", "embed")


def test_tokens_are_counted_by_each_model_that_is_here(
    workspace: Workspace, snapshot: Snapshot, broker: Broker
) -> None:
    EmbeddingModel.objects.create(
        workspace=workspace,
        name="gone",
        provider="sentence-transformers",
        model="/nowhere/model",
        revision="r",
        spec={"provider": "sentence-transformers", "model": "/nowhere/model", "revision": "r"},
        digest="sha256:gone",
    )
    profile = profile_start(snapshot, None, now=NOW)
    broker.drain()
    found = {part.figures["name"]: part.figures for part in profile.parts.filter(name="tokens")}

    # "word" is one token, with [CLS] and [SEP] around 400 of them; minilm reads 256.
    assert found["minilm"]["tokens"]["largest"] == 402
    assert (found["minilm"]["limit"], found["minilm"]["n_truncated"], found["minilm"]["n_of"]) == (256, 1, 6)
    assert (found["wordllama"]["limit"], found["wordllama"]["n_truncated"]) == (None, 0)
    assert "there is no folder /nowhere/model" in found["gone"]["unavailable"]


def test_words_of_queries_are_looked_for_in_documents(
    snapshot: Snapshot, collection: QueryCollection, broker: Broker
) -> None:
    profile = profile_start(snapshot, collection, now=NOW)
    broker.drain()
    figures = _part(profile, "overlap")

    # quick and fox are in a; of its relevant a has both and d none. Of "brauner Fuchs" only fuchs is
    # anywhere; its only label is 0.
    assert figures["best"] == {"n": 2, "mean": 0.75, "bins": [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]}
    assert figures["anywhere"]["mean"] == 0.75
    assert figures["relevant"] == {"n": 1, "mean": 0.5, "bins": [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]}
    assert (figures["n_queries"], figures["n_of"], figures["name"]) == (2, 6, "asked")


def test_similar_documents_by_stored_vectors(
    workspace: Workspace, snapshot: Snapshot, broker: Broker
) -> None:
    rows = {"a": [1, 0], "b": [1, 0], "c": [0.96, 0.28], "d": [0, 1], "e": [-1, 0], "f": [0, 0]}
    vector_set = _vectors(
        snapshot, _model(workspace, "wordllama"), {k: [*map(float, v)] for k, v in rows.items()}
    )
    profile = profile_start(snapshot, None, now=NOW)
    broker.drain()
    figures = _part(profile, "similar", str(vector_set.pk))

    # a and b are the same text, at 1.00; c is at 0.96 of both; d is nearest to c, 0.28; e and f to nothing.
    bins = {at: n for at, n in enumerate(figures["bins"]) if n}
    assert bins == {100: 2, 96: 1, 28: 1, 0: 2}
    assert [[pair[0], pair[1], pair[3]] for pair in figures["pairs"]] == [[0.96, "a", "c"], [0.96, "b", "c"]]
    assert (figures["n_of"], figures["n_documents"]) == (6, 6)


def test_a_sample_is_held_against_all(
    workspace: Workspace, snapshot: Snapshot, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "PRODUCTS", 12)  # 2 of 6 documents
    _vectors(snapshot, _model(workspace, "wordllama"), {key: [1.0, 0.0] for key in TEXTS})
    profile = profile_start(snapshot, None, now=NOW)
    broker.drain()
    figures = _part(profile, "similar")

    assert (figures["n_of"], sum(figures["bins"])) == (2, 2)
    compared = set(sample_keys(snapshot_keys(snapshot), 2).tolist())
    assert all({pair[2], pair[4]} & compared for pair in figures["pairs"])


def test_the_same_profile_is_made_once_and_its_parts_are_taken_over(
    snapshot: Snapshot, collection: QueryCollection, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = profile_start(snapshot, None, now=NOW)
    broker.drain()
    assert profile_start(snapshot, None, now=NOW) == first

    def unexpected(*_: object) -> None:
        raise AssertionError("counted before")

    monkeypatch.setattr("evalhub.pipeline.profile_parts.texts.described", unexpected)
    second = profile_start(snapshot, collection, now=NOW)
    broker.drain()

    assert second != first
    assert _part(second, "texts") == _part(first, "texts")
    assert second.parts.filter(name="overlap").exists()


def test_a_second_delivery_of_a_unit_changes_nothing(snapshot: Snapshot, broker: Broker) -> None:
    profile = profile_start(snapshot, None, now=NOW)
    broker.drain()
    before = list(ProfilePart.objects.values("name", "subject", "figures"))
    job = Job.objects.get(profile=profile)
    job.units.update(state="free")
    Job.objects.filter(pk=job.pk).update(state="running")
    for unit in job.units.exclude(number=0):
        broker.send("evalhub.unit", unit.pk, "embed", 0.0)
    broker.drain()

    assert list(ProfilePart.objects.values("name", "subject", "figures")) == before


def test_an_empty_snapshot_has_a_profile_too(
    workspace: Workspace, snapshot: Snapshot, broker: Broker, tmp_path: Path
) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(number=9)  # before anything was added: nothing is alive
    snapshot.corpus.documents.update(removed_in=5)
    snapshot.refresh_from_db()
    profile = profile_start(snapshot, None, now=NOW)
    broker.drain()

    assert _part(profile, "texts")["characters"] is None
    assert Job.objects.get(profile=profile).state == "done"


def test_only_a_small_corpus_is_profiled_by_itself(snapshot: Snapshot, broker: Broker) -> None:
    assert profile_start_if_cheap(snapshot, now=NOW) is not None
    snapshot.n_documents = CHEAP_DOCUMENTS + 1
    assert profile_start_if_cheap(snapshot, now=NOW) is None


def test_an_upload_of_a_small_corpus_is_profiled_before_its_job_completes(
    snapshot: Snapshot, broker: Broker, tmp_path: Path
) -> None:
    path = tmp_path / "more.jsonl"
    path.write_text('{"_id": "z", "text": "another"}\n')
    job = documents_upload(snapshot.corpus, Source.at(path), columns=None, now=NOW)
    ingest.run(job, job.units.get(), lambda n_items_done: None)
    profile = CorpusProfile.objects.get()
    assert profile.snapshot.number == snapshot.number + 1
    ingest.complete(job)
    assert CorpusProfile.objects.get() == profile
    assert not Path(job.params["path"]).exists()


def test_a_sample_is_the_same_each_time_in_whatever_order_keys_come() -> None:
    keys = np.arange(1000)
    assert sample_keys(keys, 10).tolist() == sample_keys(keys[::-1], 10).tolist()
    assert len(set(sample_keys(keys, 10).tolist())) == 10
    assert sample_keys(keys[:3], 10).tolist() == [0, 1, 2]


@pytest.mark.slow
def test_token_counts_are_those_of_the_encoders(
    workspace: Workspace, snapshot: Snapshot, broker: Broker
) -> None:
    profile = profile_start(snapshot, None, now=NOW)
    broker.drain()
    found = {part.figures["name"]: part.figures for part in profile.parts.filter(name="tokens")}
    for name in ("minilm", "wordllama"):
        encoded = wiring.encoder(_model(workspace, name).pk).encode_documents(
            [text.strip() for text in TEXTS.values()]
        )
        figures, limit = found[name], found[name]["limit"]
        assert encoded.n_truncated == figures["n_truncated"]
        read = [min(n, limit or n) for n in _counts(name)]
        assert encoded.n_tokens == sum(read)


def _counts(name: str) -> list[int]:
    return wiring.token_counter(resolve_encoder(name)).count([text.strip() for text in TEXTS.values()])
