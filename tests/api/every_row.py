"""A row for every parameter of an address, for tests that go through all addresses."""

from datetime import date

from django.utils import timezone

from evalhub.models import (
    ApiToken,
    Campaign,
    Corpus,
    EmbeddingModel,
    FineTuning,
    FlipPreview,
    Job,
    Judgment,
    LedgerMonth,
    Membership,
    QueryCollection,
    Rater,
    RaterProbe,
    RaterVersion,
    ReviewItem,
    ReviewQueue,
    Search,
    System,
    Workspace,
)
from evalhub.services.invitations import invitation_make
from evalhub.services.prices import price_set
from evalhub.services.provider_keys import provider_key_set
from tests.api.conftest import Json, spec, start
from tests.api.schema_check import CheckedClient
from tests.hook_rows import make_alert, make_delivery

MODEL = {"provider": "sentence-transformers", "model": "m", "revision": "r"}


def make_every_row(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection, production: System
) -> dict[str, int]:
    """A row for every parameter of an address, by its name; a new parameter belongs in here."""
    model = EmbeddingModel.objects.create(
        workspace=corpus.workspace, name="ours", spec=MODEL, digest="sha256:0"
    )
    price_set(corpus.workspace, "ours", input_usd=1.0, output_usd=2.0)
    campaign = start(api, spec()).json()
    alert, delivery = make_alert(corpus.workspace, spec()), make_delivery(corpus.workspace)
    Judgment.objects.create(rater_version=RaterVersion.objects.get(), query_digest="q", document_digest="d")
    LedgerMonth.objects.create(rater_version=RaterVersion.objects.get(), month=date(2026, 11, 1), n_graded=1)
    return {
        "corpus_id": corpus.pk,
        "collection_id": collection.pk,
        "system_id": production.pk,
        "campaign_id": campaign["id"],
        "job_id": Job.objects.get(kind="score").pk,
        "rater_id": Rater.objects.get().pk,
        "key_id": provider_key_set(corpus.workspace, "ours", "sk-1")[0].pk,
        "number": 1,
        "probe_id": probe(Job.objects.get(kind="score")).pk,
        "preview_id": preview(corpus.workspace, Job.objects.get(kind="score")).pk,
        "training_id": training(corpus.workspace, Job.objects.get(kind="score")).pk,
        "schedule_id": alert.schedule_id,
        "alert_id": alert.pk,
        "webhook_id": delivery.webhook_id,
        "delivery_id": delivery.pk,
        "item_id": review_item(Campaign.objects.get(pk=campaign["id"])).pk,
        "model_id": model.pk,
        "document_id": corpus.documents.earliest("pk").pk,
        "search_id": search(production, corpus, "one").pk,
        "beside_id": search(production, corpus, "two").pk,
        "token_id": ApiToken.objects.filter(workspace=corpus.workspace)[0].pk,
        "member_id": Membership.objects.filter(workspace=corpus.workspace)[0].pk,
        "invitation_id": invitation_make(corpus.workspace, "viewer", None, now=timezone.now())[0].pk,
    }


def search(system: System, corpus: Corpus, key: str) -> Search:
    """A search of ours; two of them are of one text."""
    snapshot = corpus.snapshots.latest("number")
    asked = {"text": "t", "depth": 1, "key": key, "asked_at": timezone.now()}
    return Search.objects.create(workspace=corpus.workspace, snapshot=snapshot, system=system, **asked)


def review_item(campaign: Campaign) -> ReviewItem:
    """A pair of the review of our campaign, which a job has yet to collect."""
    document = campaign.snapshot.corpus.documents.earliest("pk")
    query = campaign.collection.queries.earliest("pk")
    queue = ReviewQueue.objects.create(campaign=campaign, max_grade=2)
    figures = {"swing": 0.5, "influence": 0.5, "tie_break": 1}
    return ReviewItem.objects.create(queue=queue, query=query, document=document, **figures)


def probe(job: Job) -> RaterProbe:
    """A try-out of our rater; whatever job it has."""
    return RaterProbe.objects.create(rater_version=RaterVersion.objects.get(), query="q", text="t", job=job)


def preview(workspace: Workspace, job: Job) -> FlipPreview:
    """A flip preview, rated; whatever jobs it has."""
    version = RaterVersion.objects.get()
    rating = Job.objects.create(workspace=workspace, kind="preview", key="sha256:1", params={})
    job.requires.add(rating)
    return FlipPreview.objects.create(
        workspace=workspace, digest="sha256:1", old=version, new=version, n_pairs=2, seed=0, job=job
    )


def training(workspace: Workspace, job: Job) -> FineTuning:
    """A fine-tuning; whatever job it has."""
    spec = {"kind": "cross-encoder", "model": "minilm"}
    sources: Json = {"gold": [], "grades": {}}
    return FineTuning.objects.create(
        workspace=workspace, name="ours", spec=spec, settings={}, sources=sources, counts={}, job=job
    )
