"""The small DAG of jobs behind a campaign; jobs that exist are shared, finished ones cost nothing."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from evalhub.core.digest import JsonValue
from evalhub.models import (
    Campaign,
    CampaignJob,
    CorpusStatistics,
    EmbeddingModel,
    Job,
    RaterVersion,
    Run,
    Snapshot,
    System,
    VectorIndex,
    VectorSet,
    Workspace,
)
from evalhub.services.jobs import JobRequest, job_request
from evalhub.services.raters import members_of
from evalhub.services.statistics import statistics_request
from indexing.spec import IndexSpec

# Raised when a change of the code changes what is scored from the same grades.
SCORE_REVISION = 2
# What runs a model on this machine goes to rate-local.
RATE_QUEUES = {"hosted": "rate-hosted", "gold": "default", "panel": "default", "imported": "default"}


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """A campaign's jobs, asked for one by one."""

    campaign: Campaign
    now: datetime
    _asked: dict[int, CampaignJob] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        """Where the jobs belong."""
        return self.campaign.workspace

    def ask(self, request: JobRequest, requires: list[Job]) -> Job:
        """Ask for a job and remember whether it was there already finished."""
        job = job_request(self.workspace, request, requires, now=self.now)
        is_reused = job.state == Job.State.DONE
        asked = CampaignJob(
            campaign=self.campaign, job=job, is_reused=is_reused, spent_before_usd=job.spent_usd
        )
        self._asked.setdefault(job.pk, asked)
        return job

    def store(self) -> None:
        """Write down which jobs were asked for, in the transaction that asked."""
        CampaignJob.objects.bulk_create(self._asked.values(), ignore_conflicts=True)
        self._asked.clear()


def embed_job(plan: CampaignPlan, snapshot: Snapshot, model: EmbeddingModel) -> tuple[VectorSet, Job]:
    """Vectors of a snapshot by a model."""
    vector_set, _ = VectorSet.objects.get_or_create(snapshot=snapshot, embedding_model=model)
    request = JobRequest(
        kind=Job.Kind.EMBED,
        key={"snapshot": snapshot.pk, "model": model.digest},
        params={"vector_set": vector_set.pk},
        label=f"{snapshot.corpus} by {model.name}",
        queue="embed",
        item_word="documents",
    )
    return vector_set, plan.ask(request, [])


def index_job(plan: CampaignPlan, vector_set: VectorSet, spec: IndexSpec, embed: Job) -> Job:
    """An index over a vector set."""
    index, _ = VectorIndex.objects.get_or_create(
        vector_set=vector_set, digest=spec.digest, defaults={"spec": spec.to_dict()}
    )
    request = JobRequest(
        kind=Job.Kind.INDEX,
        key={"vectors": embed.key, "index": spec.digest},
        params={"vector_index": index.pk},
        label=f"{vector_set.embedding_model.name}, {spec.kind} {spec.dimension or 'full'} {spec.dtype}",
        queue="embed",
        item_word="vectors",
    )
    return plan.ask(request, [embed])


def retrieve_job(plan: CampaignPlan, system: System, requires: list[Job]) -> Run:
    """A system's run over the campaign's queries."""
    campaign = plan.campaign
    run, _ = Run.objects.select_related("job").get_or_create(
        system=system,
        snapshot=campaign.snapshot,
        collection=campaign.collection,
        collection_version=campaign.collection_version,
        depth=campaign.depth,
    )
    request = JobRequest(
        kind=Job.Kind.RETRIEVE,
        key={"run": run.pk, "system": system.digest},
        params={"run": run.pk},
        label=f"{campaign.collection} by {system.name}",
        queue="embed" if system.kind == System.Kind.INDEX else "default",
        item_word="queries",
    )
    job = plan.ask(request, requires)
    if run.job_id != job.pk:
        run.job = job
        run.save(update_fields=["job"])
    return run


def statistics_job(plan: CampaignPlan, version: RaterVersion) -> Job:
    """What a calibrated rater must know of the corpus."""
    statistics = CorpusStatistics.objects.filter(
        digest=version.spec["statistics"], snapshot__corpus=plan.campaign.snapshot.corpus_id
    ).earliest("pk")
    request = statistics_request(statistics, model=version.spec["model"], rater=version.rater.name)
    return plan.ask(request, [])


def rate_job(plan: CampaignPlan, version: RaterVersion, runs: list[Run]) -> Job:
    """The grades of a pool by a rater version."""
    requires = [run.job for run in runs if run.job]
    if version.kind == "calibrated":
        requires.append(statistics_job(plan, version))
    if version.kind == "panel":
        requires += [rate_job(plan, member, runs) for member in members_of(version)]
    return plan.ask(_rate_request(plan.campaign, version, runs), requires)


def regrade_job(plan: CampaignPlan, of: Campaign, version: RaterVersion, repeat: int) -> Job:
    """The grades of an earlier campaign's pool once more, for this campaign to wait for and to pay."""
    runs = [one.run for one in of.campaign_systems.select_related("run")]
    request = _rate_request(of, version, runs)
    again: dict[str, JsonValue] = {"repeat": repeat}
    label = f"{request.label}, again"
    return plan.ask(
        replace(
            request, key={**_mapping(request.key), **again}, params={**request.params, **again}, label=label
        ),
        [],
    )


def _mapping(key: JsonValue) -> dict[str, JsonValue]:
    return dict(key) if isinstance(key, dict) else {}


def _rate_request(campaign: Campaign, version: RaterVersion, runs: list[Run]) -> JobRequest:
    keys: list[JsonValue] = [*sorted(run.pk for run in runs)]
    return JobRequest(
        kind=Job.Kind.RATE,
        key={"rater": version.digest, "runs": keys, "cutoff": campaign.cutoff},
        params={
            "rater_version": version.pk,
            "runs": keys,
            "cutoff": campaign.cutoff,
            "snapshot": campaign.snapshot.pk,
            "collection": campaign.collection.pk,
            "collection_version": campaign.collection_version,
            "gold_version": campaign.gold_version,
        },
        label=f"{campaign.collection} by {version.rater.name}",
        queue=RATE_QUEUES.get(version.kind, "rate-local"),
        item_word="pairs",
    )


def score_job(plan: CampaignPlan, runs: list[Run], versions: list[RaterVersion], rates: list[Job]) -> Job:
    """The scores of runs by raters and gold labels."""
    campaign = plan.campaign
    params: dict[str, JsonValue] = {
        "runs": [run.pk for run in runs],
        "rater_versions": [version.pk for version in versions],
        "cutoff": campaign.cutoff,
        "depth": campaign.depth,
        "weights": campaign.weights,
        "collection": campaign.collection.pk,
        "collection_version": campaign.collection_version,
        "gold_version": campaign.gold_version,
    }
    request = JobRequest(
        kind=Job.Kind.SCORE,
        key={**params, "revision": SCORE_REVISION},
        params=params,
        label=campaign.name,
        queue="default",
        item_word="scores",
    )
    return plan.ask(request, [*rates, *(run.job for run in runs if run.job)])
