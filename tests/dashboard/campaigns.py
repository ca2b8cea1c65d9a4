"""Campaigns as the pipeline would leave them, without running one."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from evalhub.core.digest import content_digest
from evalhub.models import (
    Campaign,
    CampaignJob,
    CampaignRater,
    CampaignSystem,
    Document,
    GateRule,
    Hit,
    Job,
    Judgment,
    Query,
    RaterVersion,
    Run,
    WorkUnit,
)
from evalhub.pipeline import score
from evalhub.services.campaign_states import campaign_refresh
from tests.dashboard.inputs import CUTOFF, HOSTILE, MAX_GRADE, START, Inputs, gold_grade


def make_campaign(
    inputs: Inputs,
    *,
    name: str = "nightly",
    state: Campaign.State = Campaign.State.DONE,
    created_at: datetime = START,
    n_unrated: int = 2,
    gate_minimum: float | None = 0.2,
) -> Campaign:
    """A campaign; its lists and grades are there in every state, its scores only once it is done."""
    is_done = state == Campaign.State.DONE
    campaign = Campaign.objects.create(
        workspace=inputs.workspace,
        name=name,
        state=state,
        snapshot=inputs.snapshot,
        collection=inputs.collection,
        collection_version=1,
        gold_version=1,
        cutoff=CUTOFF,
        depth=CUTOFF,
        weights="log2",
        spec={},
        created_at=created_at,
        finished_at=created_at + timedelta(seconds=83) if is_done else None,
    )
    if gate_minimum is not None:
        GateRule.objects.create(
            campaign=campaign,
            position=0,
            system=inputs.systems[0].name,
            measure=f"PWAS@{CUTOFF}",
            minimum=gate_minimum,
        )
    runs = [_run(campaign, inputs, position) for position in range(len(inputs.systems))]
    for position, version in enumerate(inputs.raters):
        CampaignRater.objects.create(
            campaign=campaign, rater_version=version, name=version.rater.name, position=position
        )
        _judge(campaign, inputs, version, n_unrated)
    _jobs(campaign, inputs, runs)
    return campaign


def _run(campaign: Campaign, inputs: Inputs, position: int) -> Run:
    """Lists that are better the earlier the system comes, so that there is something to find."""
    run, is_new = Run.objects.get_or_create(
        system=inputs.systems[position],
        snapshot=inputs.snapshot,
        collection=inputs.collection,
        collection_version=1,
        depth=CUTOFF,
        defaults={"query_ms_p50": 1.25, "query_ms_p95": 2.5, "ann_recall_at_10": 1.0},
    )
    CampaignSystem.objects.create(
        campaign=campaign, system=inputs.systems[position], run=run, position=position
    )
    if is_new:
        rng = random.Random(position)
        Hit.objects.bulk_create(
            Hit(run=run, query=query, rank=rank, document=document, score=1 - rank / 100)
            for query in inputs.queries
            for rank, document in enumerate(_ranked(query, inputs.documents, position, rng), 1)
        )
    return run


def _ranked(query: Query, documents: Sequence[Document], position: int, rng: random.Random) -> list[Document]:
    noise = 0.4 + 2.0 * position
    plain, hostile = documents[:-3], documents[-3:]
    chosen = sorted(plain, key=lambda document: -(gold_grade(query, document) + noise * rng.random()))
    # The hostile texts take turns, so that some page shows each of them.
    return [*chosen[: CUTOFF - 1], hostile[int(query.query_id[1:]) % 3] if position == 0 else chosen[CUTOFF]]


def _judge(campaign: Campaign, inputs: Inputs, version: RaterVersion, n_unrated: int) -> None:
    """Grades near gold; the first pairs are unrated, and of a campaign that is not done the last pending."""
    if Judgment.objects.filter(rater_version=version).exists():
        return
    rng = random.Random(version.pk)
    hits = Hit.objects.filter(run__campaignsystem__campaign=campaign).select_related("query", "document")
    pairs = {(hit.query.digest, hit.document.digest): hit for hit in hits.order_by("query_id", "rank", "pk")}
    judgments = []
    for at, hit in enumerate(pairs.values()):
        grade = min(MAX_GRADE, max(0, gold_grade(hit.query, hit.document) + rng.choice((-1, 0, 0, 0, 1))))
        judgment = Judgment(
            rater_version=version,
            query_digest=hit.query.digest,
            document_digest=hit.document.digest,
            rated_at=campaign.created_at + timedelta(seconds=at),
            input_tokens=100,
            cost_usd="0.0001",
        )
        if at < n_unrated:
            judgment.state, judgment.reason, judgment.detail = "unrated", "refused", HOSTILE
        elif campaign.state != Campaign.State.DONE and at >= len(pairs) - 4:
            judgment.rated_at, judgment.input_tokens, judgment.cost_usd = None, 0, 0
        else:
            judgment.state, judgment.grade, judgment.gain = "graded", grade, grade / MAX_GRADE
            judgment.probabilities, judgment.rationale = [0.1, 0.2, 0.3, 0.4], f"It says {HOSTILE}."
        judgments.append(judgment)
    Judgment.objects.bulk_create(judgments)


def _jobs(campaign: Campaign, inputs: Inputs, runs: Sequence[Run]) -> None:
    is_done = campaign.state == Campaign.State.DONE
    _job(campaign, "embed", "python-docs by minilm", "documents", is_reused=True)
    for run in runs:
        run.job = _job(campaign, "retrieve", f"head by {run.system.name}", "queries", run=run.pk)
        run.save()
    for version in inputs.raters:
        _job(campaign, "rate", f"head by {version.rater.name}", "pairs", n_done=100 if is_done else 42)
    params = {
        "runs": [run.pk for run in runs],
        "rater_versions": [version.pk for version in inputs.raters],
        "cutoff": CUTOFF,
        "depth": CUTOFF,
        "weights": "log2",
        "collection": inputs.collection.pk,
        "collection_version": 1,
        "gold_version": 1,
    }
    job = _job(campaign, "score", campaign.name, "scores", n_done=100 if is_done else 0, **params)
    campaign.score_job = job
    campaign.save()
    if is_done:
        score.run(job, job.units.get(), lambda n_items_done: None)
        Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.RUNNING)
        campaign_refresh(campaign, now=campaign.created_at + timedelta(seconds=83))
        campaign.refresh_from_db()


def _job(
    campaign: Campaign,
    kind: str,
    label: str,
    item_word: str,
    *,
    n_done: int = 100,
    is_reused: bool = False,
    **params: Any,
) -> Job:
    is_done = n_done == 100
    job = Job.objects.create(
        workspace=campaign.workspace,
        kind=kind,
        key=content_digest([campaign.pk, kind, label]),
        queue="default",
        label=label,
        item_word=item_word,
        params=params,
        state=Job.State.DONE if is_done else Job.State.RUNNING if n_done else Job.State.WAITING,
        is_planned=True,
        started_at=campaign.created_at if n_done else None,
        finished_at=campaign.created_at + timedelta(seconds=20) if is_done else None,
    )
    WorkUnit.objects.create(
        job=job, number=0, n_items=100, n_items_done=n_done, busy_s=n_done / 10, available_at=START
    )
    CampaignJob.objects.create(campaign=campaign, job=job, is_reused=is_reused)
    return job
