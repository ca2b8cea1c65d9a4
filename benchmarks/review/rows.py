"""Write a done campaign whose pairs many raters and people graded. Import it after `django.setup()`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from evalhub import models as m
from evalhub.core.digest import text_digest
from evalhub.core.types import IntArray
from evalhub.services.workspaces import workspace_default

N_QUERIES, N_RATERS, N_SYSTEMS, MAX_GRADE = 25, 33, 4, 3
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Filled:
    """A campaign, its queries, and the pool of documents of each."""

    campaign: m.Campaign
    queries: Sequence[m.Query]
    pools: Sequence[Sequence[m.Document]]

    def pairs(self) -> Iterator[tuple[int, int, m.Query, m.Document]]:
        """Every pair with the places of its query and of its document in the pool."""
        for q, query in enumerate(self.queries):
            for d, document in enumerate(self.pools[q]):
                yield q, d, query, document


def fill(n_documents: int) -> int:
    """Make a campaign with so many pairs for each query; returns its key."""
    rng = np.random.default_rng(42)
    filled = _inputs(n_documents)
    for position in range(N_SYSTEMS):
        _system(filled, position, rng)
    truth = rng.integers(MAX_GRADE + 1, size=(N_QUERIES, n_documents))
    _gold(filled, truth)
    for position in range(N_RATERS):
        grades = np.clip(truth + rng.integers(-1, 2, size=truth.shape), 0, MAX_GRADE)
        _rater(filled, position, grades)
    return filled.campaign.pk


def _inputs(n_documents: int) -> Filled:
    workspace, n_all = workspace_default(), N_QUERIES * n_documents
    corpus = m.Corpus.objects.create(workspace=workspace, name="passages")
    snapshot = m.Snapshot.objects.create(
        corpus=corpus, number=1, state="ready", digest="d", source_name="c", n_documents=n_all
    )
    collection = m.QueryCollection.objects.create(
        workspace=workspace, name="topics", version=1, n_queries=N_QUERIES, gold_version=1
    )
    documents = m.Document.objects.bulk_create(
        (_document(corpus, at) for at in range(n_all)), batch_size=BATCH
    )
    queries = m.Query.objects.bulk_create(_query(collection, at) for at in range(N_QUERIES))
    pools = [documents[at * n_documents : (at + 1) * n_documents] for at in range(N_QUERIES)]
    return Filled(_campaign(snapshot, collection, n_documents), queries, pools)


def _document(corpus: m.Corpus, at: int) -> m.Document:
    text = f"passage {at} " + "about something of some length " * 40
    return m.Document(
        corpus=corpus, doc_id=f"d{at}", text=text, digest=text_digest("", text), row_digest="", added_in=1
    )


def _query(collection: m.QueryCollection, at: int) -> m.Query:
    text = f"what of {at}"
    return m.Query(
        collection=collection,
        query_id=f"q{at:02}",
        text=text,
        tags=["head"] if at % 2 else ["tail"],
        digest=text_digest(text, ""),
        row_digest="",
        added_in=1,
    )


def _campaign(snapshot: m.Snapshot, collection: m.QueryCollection, depth: int) -> m.Campaign:
    workspace = collection.workspace
    return m.Campaign.objects.create(
        workspace=workspace,
        name="large",
        state="done",
        snapshot=snapshot,
        collection=collection,
        collection_version=1,
        gold_version=1,
        cutoff=depth,
        depth=depth,
        weights="log2",
        spec={},
        score_job=m.Job.objects.create(workspace=workspace, kind="score", key="s", params={}, state="done"),
        created_at=timezone.now(),
    )


def _system(filled: Filled, position: int, rng: np.random.Generator) -> None:
    campaign, name = filled.campaign, f"system-{position}"
    system = m.System.objects.create(
        workspace=campaign.workspace, name=name, kind="run", run_path=name, digest=name
    )
    run = m.Run.objects.create(
        system=system,
        snapshot=campaign.snapshot,
        collection=campaign.collection,
        collection_version=1,
        depth=campaign.depth,
    )
    m.CampaignSystem.objects.create(campaign=campaign, system=system, run=run, position=position)
    hits = (
        m.Hit(run=run, query=query, rank=rank, document=pool[at], score=-rank)
        for query, pool in zip(filled.queries, filled.pools, strict=True)
        for rank, at in enumerate(rng.permutation(len(pool)).tolist(), 1)
    )
    m.Hit.objects.bulk_create(hits, batch_size=BATCH)


def _gold(filled: Filled, truth: IntArray) -> None:
    """Of every third document."""
    labels = (
        m.GoldLabel(
            collection=filled.campaign.collection,
            query_id=query.query_id,
            doc_id=document.doc_id,
            grade=int(truth[q, d]),
            added_in=1,
        )
        for q, d, query, document in filled.pairs()
        if d % 3 == 0
    )
    m.GoldLabel.objects.bulk_create(labels, batch_size=BATCH)


def _rater(filled: Filled, position: int, grades: IntArray) -> None:
    campaign, name = filled.campaign, f"rater-{position}"
    version = m.RaterVersion.objects.create(
        workspace=campaign.workspace,
        rater=m.Rater.objects.create(workspace=campaign.workspace, name=name),
        number=1,
        kind="hosted",
        model="m",
        max_grade=MAX_GRADE,
        spec={},
        digest=f"sha256:{position}",
    )
    m.CampaignRater.objects.create(campaign=campaign, rater_version=version, name=name, position=position)
    judgments = (
        m.Judgment(
            rater_version=version,
            query_digest=query.digest,
            document_digest=document.digest,
            state="graded",
            grade=int(grades[q, d]),
            gain=grades[q, d] / MAX_GRADE,
        )
        for q, d, query, document in filled.pairs()
    )
    m.Judgment.objects.bulk_create(judgments, batch_size=BATCH)
