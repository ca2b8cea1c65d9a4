"""A campaign whose job failed stops what only it wanted."""

from datetime import UTC, datetime

from evalhub.models import Campaign, Job, QueryCollection, Snapshot, Workspace
from evalhub.services.campaign_states import campaign_refresh
from evalhub.services.campaigns import campaign_release
from evalhub.services.snapshots import corpus_get_or_create

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def campaign_of(workspace: Workspace, *jobs: Job) -> Campaign:
    corpus = corpus_get_or_create(workspace, "c")
    snapshot, _ = Snapshot.objects.get_or_create(
        corpus=corpus, number=1, defaults={"state": Snapshot.State.READY, "n_documents": 1}
    )
    collection, _ = QueryCollection.objects.get_or_create(workspace=workspace, name="q")
    campaign = Campaign.objects.create(
        workspace=workspace,
        name="n",
        snapshot=snapshot,
        collection=collection,
        collection_version=1,
        gold_version=0,
        cutoff=1,
        depth=1,
        weights="log2",
        spec={},
        created_at=NOW,
    )
    for job in jobs:
        campaign.campaign_jobs.create(job=job, is_reused=False)
    return campaign


def job_of(workspace: Workspace, key: str, state: Job.State, error: str = "") -> Job:
    return Job.objects.create(
        workspace=workspace, kind=Job.Kind.RATE, key=key, params={}, queue="default", state=state, error=error
    )


def state_of(row: Job | Campaign) -> str:
    row.refresh_from_db()
    return row.state


def test_a_failure_stops_the_other_jobs_but_not_those_another_campaign_needs(workspace: Workspace) -> None:
    bad = job_of(workspace, "bad", Job.State.FAILED, "the key is not set")
    own, shared = (job_of(workspace, key, Job.State.RUNNING) for key in ("own", "shared"))
    failing, other = campaign_of(workspace, bad, own, shared), campaign_of(workspace, shared)
    campaign_refresh(failing, now=NOW)
    assert state_of(failing) == Campaign.State.FAILED
    assert "the key is not set" in failing.error
    assert state_of(own) == Job.State.CANCELLED
    assert state_of(shared) == Job.State.RUNNING
    assert state_of(other) == Campaign.State.RUNNING


def test_a_retry_lets_all_of_it_go_on(workspace: Workspace) -> None:
    bad = job_of(workspace, "bad", Job.State.FAILED, "the key is not set")
    own = job_of(workspace, "own", Job.State.RUNNING)
    failing = campaign_of(workspace, bad, own)
    campaign_refresh(failing, now=NOW)
    failing.refresh_from_db()
    campaign_release(failing, now=NOW)
    assert {state_of(bad), state_of(own)} == {Job.State.WAITING}
    assert state_of(failing) == Campaign.State.RUNNING


def test_what_another_campaign_stopped_goes_on_for_the_one_that_needs_it(workspace: Workspace) -> None:
    # As a pause and a start that did not see each other leave it.
    paused, cancelled = (
        job_of(workspace, state.value, state) for state in (Job.State.PAUSED, Job.State.CANCELLED)
    )
    campaign = campaign_of(workspace, paused, cancelled)
    campaign_refresh(campaign, now=NOW)
    assert {state_of(paused), state_of(cancelled)} == {Job.State.WAITING}


def test_a_paused_campaign_stays_paused(workspace: Workspace) -> None:
    job = job_of(workspace, "job", Job.State.PAUSED)
    campaign = campaign_of(workspace, job)
    stale = Campaign.objects.get(pk=campaign.pk)  # read while it still ran
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.PAUSED)
    campaign_refresh(stale, now=NOW)
    assert state_of(job) == Job.State.PAUSED
