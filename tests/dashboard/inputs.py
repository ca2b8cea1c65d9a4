"""Corpora, queries, systems and raters, as imports would leave them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evalhub.core.digest import text_digest
from evalhub.models import (
    Corpus,
    Document,
    EmbeddingModel,
    GoldLabel,
    Query,
    QueryCollection,
    Rater,
    RaterVersion,
    Snapshot,
    System,
    VectorIndex,
    VectorSet,
    VectorShard,
    Workspace,
)
from evalhub.services.workspaces import workspace_default

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOSTILE = '<script>alert("owned")</script><img src=x onerror=alert(1)>'
TURNED = "\u202egnp.exe"  # a right-to-left override
LONG_TEXT = "the end is far away. " * 3_000  # 63,000 characters
CUTOFF = 5
MAX_GRADE = 3
TEXTS = ("Open a file and read its lines.", "Sort a list by a key function.", "Parse a date from a string.")


@dataclass(frozen=True)
class Inputs:
    """What campaigns of a test share."""

    workspace: Workspace
    snapshot: Snapshot
    collection: QueryCollection
    queries: Sequence[Query]
    documents: Sequence[Document]
    systems: Sequence[System]
    raters: Sequence[RaterVersion]


def make_inputs(*, n_queries: int = 6, n_documents: int = 24) -> Inputs:
    """A corpus with hostile texts in it, queries with gold labels, three systems, two raters."""
    workspace = workspace_default()
    corpus = Corpus.objects.create(workspace=workspace, name="python-docs")
    snapshot = Snapshot.objects.create(
        corpus=corpus,
        number=1,
        state="ready",
        digest="d",
        source_name="corpus.jsonl",
        n_documents=n_documents,
    )
    texts = [*(f"{TEXTS[i % 3]} Chapter {i}." for i in range(n_documents - 3)), HOSTILE, TURNED, LONG_TEXT]
    documents = Document.objects.bulk_create(_document(corpus, at, text) for at, text in enumerate(texts))
    collection = QueryCollection.objects.create(
        workspace=workspace, name="head", version=1, n_queries=n_queries, gold_version=1
    )
    queries = Query.objects.bulk_create(_query(collection, at) for at in range(n_queries))
    GoldLabel.objects.bulk_create(
        GoldLabel(
            collection=collection, query_id=q.query_id, doc_id=d.doc_id, grade=gold_grade(q, d), added_in=1
        )
        for q in queries
        for d in documents
        if gold_grade(q, d)
    )
    return Inputs(
        workspace, snapshot, collection, queries, documents, _systems(workspace, snapshot), _raters(workspace)
    )


def _document(corpus: Corpus, at: int, text: str) -> Document:
    title = HOSTILE if text == HOSTILE else f"Chapter {at}"
    digest = text_digest(title, text)
    return Document(
        corpus=corpus,
        doc_id=f"d{at:02}",
        title=title,
        text=text,
        digest=digest,
        row_digest=digest,
        added_in=1,
    )


def _query(collection: QueryCollection, at: int) -> Query:
    text = HOSTILE if at == 1 else f"how do I do thing number {at}"
    digest = text_digest(text, "")
    return Query(
        collection=collection,
        query_id=f"q{at:02}",
        text=text,
        need="a worked example" if at == 0 else "",
        tags=["howto", TURNED] if at == 0 else [],
        digest=digest,
        row_digest=digest,
        added_in=1,
    )


def gold_grade(query: Query, document: Document) -> int:
    """A grade from 0 to 3 that differs from pair to pair."""
    return (int(query.query_id[1:]) * 7 + int(document.doc_id[1:])) % 4


def _systems(workspace: Workspace, snapshot: Snapshot) -> list[System]:
    model = EmbeddingModel.objects.create(
        workspace=workspace, name="minilm", provider="st", model="m", revision="r", spec={}, digest="model"
    )
    vectors = VectorSet.objects.create(
        snapshot=snapshot, embedding_model=model, is_ready=True, dimension=384, n_vectors=24
    )
    VectorShard.objects.create(
        vector_set=vectors,
        name="0",
        n_vectors=24,
        dimension=384,
        n_bytes=36_864,
        digest="s",
        n_tokens=900,
        n_truncated=1,
        encode_s=0.3,
    )
    systems = []
    for dimension in (384, 128):
        spec = {"kind": "exact", "dimension": dimension, "dtype": "f32"}
        VectorIndex.objects.create(
            vector_set=vectors, spec=spec, digest=str(dimension), is_ready=True, n_bytes=96 * dimension
        )
        systems.append(_system(workspace, f"minilm-{dimension}", embedding_model=model, index_spec=spec))
    return [*systems, _system(workspace, "production", kind="run", run_path="runs/x.trec")]


def _system(workspace: Workspace, name: str, kind: str = "index", **fields: Any) -> System:
    return System.objects.create(workspace=workspace, name=name, kind=kind, digest=name, **fields)


def _raters(workspace: Workspace) -> list[RaterVersion]:
    return [
        RaterVersion.objects.create(
            workspace=workspace,
            rater=Rater.objects.create(workspace=workspace, name=name),
            number=1,
            kind="local-llm",
            model="smollm2",
            max_grade=MAX_GRADE,
            spec={},
            digest=f"sha256:{name}00112233",
        )
        for name in ("judge", "second")
    ]
