"""Corpus, queries, systems and raters of a large installation."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User

from benchmarks.large.sizes import Sizes
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
    Role,
    Snapshot,
    System,
    VectorIndex,
    VectorSet,
    VectorShard,
    Workspace,
)
from evalhub.services.members import member_ensure
from evalhub.services.workspaces import workspace_default
from indexing.spec import EncoderSpec
from raters.spec import resolve_rater

BATCH = 2_000
MAX_GRADE = 3
SYLLABLES = ("ka", "re", "mo", "ti", "lu", "san", "ver", "no", "pel", "du", "gra", "shi")
TAGS = ("short", "long", "brand", "question", "typo")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What campaigns choose from; `pools` are document rows, `pool` of them for each query in turn."""

    workspace: Workspace
    user: User
    snapshot: Snapshot
    documents: list[Document]
    collections: list[QueryCollection]
    queries: dict[int, list[Query]]
    systems: list[System]
    raters: list[RaterVersion]


def make_inputs(sizes: Sizes, rng: random.Random) -> Inputs:
    """Fill the tables that campaigns read."""
    workspace = workspace_default()
    user, _ = User.objects.get_or_create(username="bench")
    member_ensure(workspace, user, Role.ADMIN)
    snapshot, documents = _corpus(workspace, sizes, rng)
    collections = [_collection(workspace, number, sizes) for number in range(sizes.n_collections)]
    queries = {one.pk: _queries(one, sizes, documents, rng) for one in collections}
    systems = _systems(workspace, snapshot, sizes)
    return Inputs(
        workspace, user, snapshot, documents, collections, queries, systems, _raters(workspace, sizes)
    )


def pool_of(inputs: Inputs, collection: QueryCollection, position: int, sizes: Sizes) -> list[Document]:
    """The documents of a query's pool."""
    start = ((collection.pk * sizes.n_queries + position) * sizes.pool) % len(inputs.documents)
    return [inputs.documents[(start + at) % len(inputs.documents)] for at in range(sizes.pool)]


def words(rng: random.Random, count: int) -> str:
    """Made-up words."""
    return " ".join("".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(count))


def _corpus(workspace: Workspace, sizes: Sizes, rng: random.Random) -> tuple[Snapshot, list[Document]]:
    corpus = Corpus.objects.create(workspace=workspace, name="catalogue")
    snapshot = Snapshot.objects.create(
        corpus=corpus,
        number=1,
        state=Snapshot.State.READY,
        digest="sha256:large",
        source_name="catalogue.jsonl",
        n_documents=sizes.n_documents,
        n_added=sizes.n_documents,
    )
    rows = (_document(corpus, number, rng) for number in range(sizes.n_documents))
    documents = Document.objects.bulk_create(rows, batch_size=BATCH)
    _next_snapshot(corpus, sizes, rng)
    return snapshot, documents


def _next_snapshot(corpus: Corpus, sizes: Sizes, rng: random.Random) -> None:
    """An upload that changes the last documents; campaigns stay with the first snapshot."""
    n_changed = sizes.n_documents // 100
    changed = range(sizes.n_documents - n_changed, sizes.n_documents)
    doc_ids = [f"d{number:07}" for number in changed]
    corpus.documents.filter(doc_id__gte=doc_ids[0]).update(removed_in=2)
    rows = (_document(corpus, number, rng, added_in=2) for number in changed)
    Document.objects.bulk_create(rows, batch_size=BATCH)
    Snapshot.objects.create(
        corpus=corpus,
        number=2,
        state=Snapshot.State.READY,
        digest="sha256:larger",
        source_name="catalogue.jsonl",
        n_documents=sizes.n_documents,
        n_added=n_changed,
        n_removed=n_changed,
        n_changed=n_changed,
    )


def _document(corpus: Corpus, number: int, rng: random.Random, added_in: int = 1) -> Document:
    title, text = words(rng, 5), words(rng, rng.randint(20, 120))
    digest = text_digest(title, text)
    return Document(
        corpus=corpus,
        doc_id=f"d{number:07}",
        title=title,
        text=text,
        digest=digest,
        row_digest=digest,
        added_in=added_in,
    )


def _collection(workspace: Workspace, number: int, sizes: Sizes) -> QueryCollection:
    return QueryCollection.objects.create(
        workspace=workspace,
        name=f"queries-{number}",
        version=1,
        n_queries=sizes.n_queries,
        gold_version=1,
        n_gold=sizes.n_queries * 5,
    )


def _queries(
    collection: QueryCollection, sizes: Sizes, documents: list[Document], rng: random.Random
) -> list[Query]:
    made = [_query(collection, number, rng) for number in range(sizes.n_queries)]
    queries = Query.objects.bulk_create(made, batch_size=BATCH)
    GoldLabel.objects.bulk_create(_gold(collection, queries, sizes, documents, rng), batch_size=BATCH)
    return queries


def _query(collection: QueryCollection, number: int, rng: random.Random) -> Query:
    text = words(rng, rng.randint(2, 8))
    digest = text_digest(text, "")
    return Query(
        collection=collection,
        query_id=f"q{number:05}",
        text=text,
        tags=[rng.choice(TAGS)],
        digest=digest,
        row_digest=digest,
        added_in=1,
    )


def _gold(
    collection: QueryCollection,
    queries: list[Query],
    sizes: Sizes,
    documents: list[Document],
    rng: random.Random,
) -> Iterator[GoldLabel]:
    for position, query in enumerate(queries):
        start = (collection.pk * sizes.n_queries + position) * sizes.pool
        for at in range(5):
            document = documents[(start + at) % len(documents)]
            yield GoldLabel(
                collection=collection,
                query_id=query.query_id,
                doc_id=document.doc_id,
                grade=rng.randint(0, MAX_GRADE),
                added_in=1,
            )


def _systems(workspace: Workspace, snapshot: Snapshot, sizes: Sizes) -> list[System]:
    model = EmbeddingModel.objects.create(
        workspace=workspace,
        name="bench-model",
        provider="sentence-transformers",
        model="bench",
        revision="1",
        spec=EncoderSpec(provider="sentence-transformers", model="bench", revision="1").to_dict(),
        digest="sha256:bench-model",
    )
    vectors = VectorSet.objects.create(
        snapshot=snapshot,
        embedding_model=model,
        is_ready=True,
        dimension=384,
        n_vectors=sizes.n_documents,
    )
    VectorShard.objects.create(
        vector_set=vectors,
        name="0",
        n_vectors=sizes.n_documents,
        dimension=384,
        n_bytes=sizes.n_documents * 1_536,
        digest="s",
        n_tokens=sizes.n_documents * 90,
        n_truncated=0,
        encode_s=sizes.n_documents / 100,
    )
    return [_system(workspace, vectors, 384 // 2**number) for number in range(sizes.n_systems)]


def _system(workspace: Workspace, vectors: VectorSet, dimension: int) -> System:
    spec = {"kind": "exact", "dimension": dimension, "dtype": "f32"}
    VectorIndex.objects.create(
        vector_set=vectors, spec=spec, digest=str(dimension), is_ready=True, n_bytes=400_000 * dimension
    )
    return System.objects.create(
        workspace=workspace,
        name=f"bench-{dimension}",
        kind=System.Kind.INDEX,
        embedding_model=vectors.embedding_model,
        index_spec=spec,
        digest=f"sha256:bench-{dimension}",
    )


def _raters(workspace: Workspace, sizes: Sizes) -> list[RaterVersion]:
    rater = Rater.objects.create(workspace=workspace, name="judge")
    return [_rater_version(workspace, rater, number + 1) for number in range(sizes.n_raters)]


def _rater_version(workspace: Workspace, rater: Rater, number: int) -> RaterVersion:
    spec = resolve_rater(
        {
            "name": rater.name,
            "kind": "hosted",
            "model": f"bench-{number}",
            "base_url": "https://example.org/v1",
        }
    )
    return RaterVersion.objects.create(
        workspace=workspace,
        rater=rater,
        number=number,
        kind=spec.kind,
        model=spec.model,
        max_grade=MAX_GRADE,
        spec=spec.to_dict(),
        digest=spec.digest,
    )
