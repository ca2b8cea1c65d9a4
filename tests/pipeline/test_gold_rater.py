"""Gold labels are looked up by id, and what a text gets does not depend on which of its ids was retrieved."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import Job, QueryCollection, RaterVersion, Snapshot, Workspace, WorkUnit
from evalhub.pipeline.gold_rater import gold_outcomes
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.raters import rater_version_register
from evalhub.services.snapshots import snapshot_import
from raters.protocol import Outcome, Rated, Reason, Unrated

PEOPLE = {"name": "people", "kind": "gold"}
# d1 and d2 are one text, q1 and q2 are one question.
DOCUMENTS = [("d1", "same"), ("d2", "same"), ("d3", "other"), ("d4", "unlabelled")]
QUERIES = [("q1", "what?"), ("q2", "what?")]
QRELS = "q1 0 d1 1\nq2 0 d2 2\nq1 0 d3 0\n"


def source(folder: Path, name: str, text: str) -> Source:
    (folder / name).write_text(text)
    return Source(name, folder / name)


def jsonl(rows: list[tuple[str, str]]) -> str:
    return "".join(json.dumps({"_id": row_id, "text": text}) + "\n" for row_id, text in rows)


@pytest.fixture
def snapshot(workspace: Workspace, tmp_path: Path) -> Snapshot:
    documents = source(tmp_path, "corpus.jsonl", jsonl(DOCUMENTS))
    return snapshot_import(workspace, "c", documents, clock=timezone.now)


@pytest.fixture
def collection(workspace: Workspace, tmp_path: Path) -> QueryCollection:
    made = queries_import(workspace, "q", source(tmp_path, "queries.jsonl", jsonl(QUERIES)))
    return gold_import(made, source(tmp_path, "qrels.txt", QRELS))


def grade(outcome: Outcome) -> int | Reason:
    return outcome.grade if isinstance(outcome, Rated) else outcome.reason


def test_the_highest_label_of_a_text_whatever_was_retrieved(
    workspace: Workspace, snapshot: Snapshot, collection: QueryCollection
) -> None:
    version = rater_version_register(workspace, PEOPLE, collection, snapshot)
    query = collection.queries.get(query_id="q1").digest
    texts = [snapshot.corpus.documents.get(doc_id=doc_id).digest for doc_id in ("d1", "d3", "d4")]
    params = {"snapshot": snapshot.pk, "collection": collection.pk}
    params |= {"collection_version": collection.version, "gold_version": collection.gold_version}
    # Nothing is retrieved: the unit names no id.
    unit = WorkUnit(job=Job(workspace=workspace, params=params), payload={"pairs": []})
    outcomes = dict(gold_outcomes(version, unit, [(query, text) for text in texts]))
    assert [grade(outcomes[n]) for n in range(3)] == [2, 0, Reason.NO_LABEL]
    assert isinstance(outcomes[2], Unrated)


def test_other_texts_under_the_same_ids_are_another_version(
    workspace: Workspace, snapshot: Snapshot, collection: QueryCollection, tmp_path: Path
) -> None:
    def register(corpus: Snapshot) -> RaterVersion:
        return rater_version_register(workspace, PEOPLE, collection, corpus)

    changed = source(tmp_path, "changed.jsonl", jsonl([("d1", "new"), *DOCUMENTS[1:]]))
    after = snapshot_import(workspace, "c", changed, clock=timezone.now)
    assert register(snapshot).pk == register(snapshot).pk
    assert register(after).pk != register(snapshot).pk
