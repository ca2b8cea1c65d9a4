"""Runs and judgments of a large installation."""

import random
from collections.abc import Iterator
from datetime import datetime

from benchmarks.large.inputs import BATCH, MAX_GRADE, Inputs, pool_of
from benchmarks.large.sizes import Sizes
from evalhub.models import Document, Hit, Judgment, QueryCollection, RaterVersion, Run, System


def make_runs(inputs: Inputs, sizes: Sizes, rng: random.Random) -> dict[int, list[Run]]:
    """The run of every system over every collection, by collection key."""
    return {
        collection.pk: [_run(inputs, collection, at, sizes, rng) for at in range(sizes.n_systems)]
        for collection in inputs.collections
    }


def make_judgments(inputs: Inputs, sizes: Sizes, rng: random.Random, now: datetime) -> None:
    """Every rater's judgment of every pair of every pool; one in two hundred is unrated."""
    for version in inputs.raters:
        for collection in inputs.collections:
            rows = _judgments(inputs, collection, version, sizes, rng, now)
            Judgment.objects.bulk_create(rows, batch_size=BATCH)


def _run(inputs: Inputs, collection: QueryCollection, position: int, sizes: Sizes, rng: random.Random) -> Run:
    system: System = inputs.systems[position]
    run = Run.objects.create(
        system=system,
        snapshot=inputs.snapshot,
        collection=collection,
        collection_version=1,
        depth=sizes.depth,
        query_ms_p50=2.0 / (position + 1),
        query_ms_p95=3.0 / (position + 1),
        ann_recall_at_10=1.0,
    )
    hits = (
        Hit(run=run, query=query, rank=rank, document=document, score=1 - rank / 50)
        for at, query in enumerate(inputs.queries[collection.pk])
        for rank, document in enumerate(_listed(inputs, collection, at, position, sizes, rng), 1)
    )
    Hit.objects.bulk_create(hits, batch_size=BATCH)
    return run


def _listed(
    inputs: Inputs, collection: QueryCollection, at: int, position: int, sizes: Sizes, rng: random.Random
) -> list[Document]:
    """The later a system comes, the further down the pool it looks; together they see all of it."""
    pool = pool_of(inputs, collection, at, sizes)
    start = position * (sizes.pool - sizes.depth) // max(1, sizes.n_systems - 1)
    shown = pool[start : start + sizes.depth]
    return shown if position % 2 == 0 else rng.sample(shown, len(shown))


def _judgments(
    inputs: Inputs,
    collection: QueryCollection,
    version: RaterVersion,
    sizes: Sizes,
    rng: random.Random,
    now: datetime,
) -> Iterator[Judgment]:
    for at, query in enumerate(inputs.queries[collection.pk]):
        for place, document in enumerate(pool_of(inputs, collection, at, sizes)):
            grade = max(0, MAX_GRADE - place // 5 - rng.randint(0, 2))
            is_graded = rng.random() > 0.005
            yield Judgment(
                rater_version=version,
                query_digest=query.digest,
                document_digest=document.digest,
                state=Judgment.State.GRADED if is_graded else Judgment.State.UNRATED,
                grade=grade if is_graded else None,
                gain=grade / MAX_GRADE if is_graded else None,
                reason="" if is_graded else "refused",
                rationale="It answers part of what is asked." if is_graded else "",
                input_tokens=400,
                output_tokens=20,
                cost_usd="0.0002",
                latency_s=0.4,
                attempts=1,
                created_at=now,
                rated_at=now,
            )
