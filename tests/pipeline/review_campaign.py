"""A done campaign so small that its review can be worked out by hand.

Two queries (the second without hits), two systems, two raters of grades 0..3, cutoff 2:

    A: d1 d2     judge:  d1 3, d2 0, d3 unrated      gold: d2 1 (and 3 for a pair of the second query)
    B: d2 d3     second: d1 0, d2 0, d3 1 (half sure)
"""

from datetime import UTC, datetime

from evalhub.core.digest import text_digest
from evalhub.models import (
    Campaign,
    CampaignRater,
    CampaignSystem,
    Corpus,
    Document,
    GoldLabel,
    Hit,
    Job,
    Judgment,
    Query,
    QueryCollection,
    Rater,
    RaterVersion,
    ReviewQueue,
    Run,
    Snapshot,
    System,
)
from evalhub.pipeline import review_items
from evalhub.services.review.queues import review_queue_open
from evalhub.services.workspaces import workspace_default

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LISTS = {"A": ("d1", "d2"), "B": ("d2", "d3")}
CERTAIN = [1.0, 0.0, 0.0, 0.0]
GRADES = {
    "judge": {"d1": (3, [0.0, 0.0, 0.0, 1.0]), "d2": (0, CERTAIN)},
    "second": {"d1": (0, CERTAIN), "d2": (0, CERTAIN), "d3": (1, [0.5, 0.5, 0.0, 0.0])},
}
GOLD = {("q1", "d2"): 1, ("q2", "d1"): 3}


def make_review_campaign(
    *, raters: tuple[str, ...] = ("judge", "second"), has_gold: bool = True, systems: str = "AB"
) -> Campaign:
    """The campaign, or a part of it."""
    workspace = workspace_default()
    corpus = Corpus.objects.create(workspace=workspace, name="corpus")
    snapshot = Snapshot.objects.create(
        corpus=corpus, number=1, state="ready", digest="d", source_name="c", n_documents=3
    )
    collection = QueryCollection.objects.create(workspace=workspace, name="asked", version=1, gold_version=1)
    queries = {name: _query(collection, name) for name in ("q1", "q2")}
    documents = {name: _document(corpus, name) for name in ("d1", "d2", "d3")}
    for (query_id, doc_id), grade in GOLD.items() if has_gold else ():
        GoldLabel.objects.create(
            collection=collection, query_id=query_id, doc_id=doc_id, grade=grade, added_in=1
        )
    score = Job.objects.create(workspace=workspace, kind="score", key="s", params={}, state=Job.State.DONE)
    campaign = Campaign.objects.create(
        workspace=workspace,
        name="nightly",
        state=Campaign.State.DONE,
        snapshot=snapshot,
        collection=collection,
        collection_version=1,
        gold_version=1,
        cutoff=2,
        depth=2,
        weights="log2",
        spec={},
        score_job=score,
        created_at=NOW,
    )
    for position, name in enumerate(systems):
        _run(campaign, name, position, queries["q1"], documents)
    for position, name in enumerate(raters):
        _rater(campaign, name, position, queries["q1"], documents)
    return campaign


def filled(campaign: Campaign) -> ReviewQueue:
    """The campaign's queue, filled as its job does it."""
    queue = review_queue_open(campaign, now=NOW)
    fill(queue)
    return queue


def fill(queue: ReviewQueue) -> None:
    """Do the work of the queue's job, once more where it was done."""
    assert queue.job is not None
    for number, planned in enumerate(review_items.plan(queue.job), 1):
        unit, _ = queue.job.units.get_or_create(
            number=number, defaults={"payload": planned.payload, "available_at": NOW}
        )
        review_items.run(queue.job, unit, lambda n_items_done: None)
    review_items.complete(queue.job)
    Job.objects.filter(pk=queue.job.pk).update(state=Job.State.DONE, is_planned=True, finished_at=NOW)
    queue.job.refresh_from_db()


def _query(collection: QueryCollection, name: str) -> Query:
    digest = text_digest(name, "")
    return Query.objects.create(
        collection=collection,
        query_id=name,
        text=name,
        tags=["short"] if name == "q1" else [],
        digest=digest,
        row_digest=digest,
        added_in=1,
    )


def _document(corpus: Corpus, name: str) -> Document:
    digest = text_digest("", name)
    return Document.objects.create(
        corpus=corpus, doc_id=name, text=name, digest=digest, row_digest=digest, added_in=1
    )


def _run(campaign: Campaign, name: str, position: int, query: Query, documents: dict[str, Document]) -> None:
    system = System.objects.create(
        workspace=campaign.workspace, name=name, kind="run", run_path=name, digest=name
    )
    run = Run.objects.create(
        system=system,
        snapshot=campaign.snapshot,
        collection=campaign.collection,
        collection_version=1,
        depth=2,
    )
    CampaignSystem.objects.create(campaign=campaign, system=system, run=run, position=position)
    for rank, doc_id in enumerate(LISTS[name], 1):
        Hit.objects.create(run=run, query=query, rank=rank, document=documents[doc_id], score=1 / rank)


def _rater(
    campaign: Campaign, name: str, position: int, query: Query, documents: dict[str, Document]
) -> None:
    version = RaterVersion.objects.create(
        workspace=campaign.workspace,
        rater=Rater.objects.create(workspace=campaign.workspace, name=name),
        number=1,
        kind="local-llm",
        model="m",
        max_grade=3,
        spec={},
        digest=f"sha256:{name}",
    )
    CampaignRater.objects.create(campaign=campaign, rater_version=version, name=name, position=position)
    for doc_id, document in documents.items():
        judgment = Judgment(rater_version=version, query_digest=query.digest, document_digest=document.digest)
        if doc_id in GRADES[name]:
            grade, probabilities = GRADES[name][doc_id]
            judgment.state, judgment.grade, judgment.gain = "graded", grade, grade / 3
            judgment.probabilities = probabilities
        else:
            judgment.state, judgment.reason = "unrated", "refused"
        judgment.save()
