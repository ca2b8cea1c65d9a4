"""Campaigns of a large installation, scored by the score job itself."""

import random
from datetime import datetime, timedelta
from typing import Any

from benchmarks.large.inputs import Inputs
from benchmarks.large.sizes import Sizes
from evalhub.models import (
    Campaign,
    CampaignJob,
    CampaignRater,
    CampaignSystem,
    CampaignTag,
    GateRule,
    Job,
    QueryCollection,
    RaterVersion,
    Run,
    WorkUnit,
)
from evalhub.pipeline import score
from evalhub.services.campaign_states import campaign_refresh

N_NAMES = 50


def make_campaigns(inputs: Inputs, runs: dict[int, list[Run]], sizes: Sizes, now: datetime) -> None:
    """Campaigns under some names, each repeated; equal ones share their jobs, as real ones do."""
    rng = random.Random(7)
    jobs: dict[tuple[int, int], list[Job]] = {}
    embed = finished_job(inputs, "embed", "catalogue by bench-model", "documents", sizes.n_documents, now)
    for number in range(sizes.n_campaigns):
        collection = inputs.collections[number % N_NAMES % len(inputs.collections)]
        version = rng.choice(inputs.raters)
        key = (collection.pk, version.pk)
        if key not in jobs:
            jobs[key] = _jobs(inputs, collection, version, runs[collection.pk], sizes, now)
        started = now - timedelta(hours=sizes.n_campaigns - number)
        _campaign(
            inputs, number, collection, version, runs[collection.pk], [embed, *jobs[key]], sizes, started
        )


def _campaign(
    inputs: Inputs,
    number: int,
    collection: QueryCollection,
    version: RaterVersion,
    runs: list[Run],
    jobs: list[Job],
    sizes: Sizes,
    started: datetime,
) -> None:
    campaign = Campaign.objects.create(
        workspace=inputs.workspace,
        name=f"nightly-{number % N_NAMES}",
        state=Campaign.State.RUNNING,
        snapshot=inputs.snapshot,
        collection=collection,
        collection_version=1,
        gold_version=1,
        cutoff=sizes.depth,
        depth=sizes.depth,
        weights="log2",
        spec=_spec(inputs, f"nightly-{number % N_NAMES}", collection, runs, sizes),
        score_job=jobs[-1],
        created_by=inputs.user,
        created_at=started,
    )
    CampaignSystem.objects.bulk_create(
        CampaignSystem(campaign=campaign, system=run.system, run=run, position=at)
        for at, run in enumerate(runs)
    )
    CampaignRater.objects.create(campaign=campaign, rater_version=version, name="judge", position=0)
    CampaignJob.objects.bulk_create(
        CampaignJob(campaign=campaign, job=job, is_reused=number >= N_NAMES) for job in jobs
    )
    GateRule.objects.create(
        campaign=campaign,
        position=0,
        system=runs[0].system.name,
        measure=f"PWAS@{sizes.depth}",
        minimum=0.5,
    )
    CampaignTag.objects.create(campaign=campaign, name=("main", "branch", "nightly")[number % 3])
    campaign_refresh(campaign, now=started + timedelta(minutes=4))


def _spec(
    inputs: Inputs, name: str, collection: QueryCollection, runs: list[Run], sizes: Sizes
) -> dict[str, Any]:
    return {
        "name": name,
        "corpus": {"name": inputs.snapshot.corpus.name},
        "queries": {"name": collection.name},
        "systems": [{"name": run.system.name, "id": run.system.pk} for run in runs],
        "raters": [{"name": "judge"}],
        "cutoff": sizes.depth,
        "depth": sizes.depth,
        "weights": "log2",
    }


def _jobs(
    inputs: Inputs,
    collection: QueryCollection,
    version: RaterVersion,
    runs: list[Run],
    sizes: Sizes,
    now: datetime,
) -> list[Job]:
    """Retrieval, rating and the score of one rater over one collection; the score comes last."""
    for run in runs:
        if run.job is None:
            label = f"{collection} by {run.system}"
            run.job = finished_job(inputs, "retrieve", label, "queries", sizes.n_queries, now, run=run.pk)
            run.save()
    rate = finished_job(
        inputs, "rate", f"{collection} by {version}", "pairs", sizes.n_queries * sizes.pool, now
    )
    params = {
        "runs": [run.pk for run in runs],
        "rater_versions": [version.pk],
        "cutoff": sizes.depth,
        "depth": sizes.depth,
        "weights": "log2",
        "collection": collection.pk,
        "collection_version": 1,
        "gold_version": 1,
    }
    scored = finished_job(
        inputs, "score", f"{collection} by {version}", "scores", len(runs) * 2, now, **params
    )
    score.run(scored, scored.units.get(), unwatched)
    return [*(run.job for run in runs if run.job), rate, scored]


def unwatched(n_items_done: int) -> None:
    """Nobody watches the progress of what is generated."""


def finished_job(
    inputs: Inputs, kind: str, label: str, item_word: str, n_items: int, now: datetime, **params: Any
) -> Job:
    """A job that was done long ago."""
    job = Job.objects.create(
        workspace=inputs.workspace,
        kind=kind,
        key=f"bench {kind} {label}",
        queue="default",
        label=label,
        item_word=item_word,
        params=params,
        state=Job.State.DONE,
        is_planned=True,
        started_at=now,
        finished_at=now + timedelta(minutes=3),
    )
    WorkUnit.objects.create(
        job=job,
        number=0,
        state=WorkUnit.State.DONE,
        n_items=n_items,
        n_items_done=n_items,
        busy_s=170.0,
        available_at=now,
    )
    return job
