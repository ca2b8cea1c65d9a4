"""How far jobs and campaigns are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from evalhub.models import Campaign, Job
from evalhub.selectors.counted_jobs import CountedJob, campaigns_jobs, counted_job

# The key of an import's parameters under which it keeps the number of the snapshot it led to.
SNAPSHOT = "snapshot"
STAGES = [
    Job.Kind.INGEST,
    Job.Kind.EMBED,
    Job.Kind.INDEX,
    Job.Kind.RETRIEVE,
    Job.Kind.STATISTICS,
    Job.Kind.RATE,
    Job.Kind.SCORE,
    Job.Kind.FINE_TUNE,
    Job.Kind.PROFILE,
    Job.Kind.PROBE,
    Job.Kind.AGREEMENT,
    Job.Kind.PREVIEW,
    Job.Kind.REVIEW,
]


@dataclass(frozen=True, slots=True)
class JobProgress:
    """A job's state; `rate_per_s` and `eta_s` are None until something was done.

    Attributes:
        snapshot: of an import that is done, the number of the one that holds what was uploaded.
    """

    job_id: int
    kind: str
    label: str
    state: str
    item_word: str
    is_planned: bool
    n_items: int
    n_done: int
    n_units_failed: int
    is_reused: bool
    error: str
    waiting_for: str
    rate_per_s: float | None
    eta_s: float | None
    snapshot: int | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in {Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED}


def campaign_progress(campaign: Campaign, *, now: datetime) -> list[JobProgress]:
    """The campaign's jobs, stage by stage."""
    return jobs_progress(campaigns_jobs([campaign.pk])[campaign.pk], now=now)


def jobs_progress(rows: Iterable[CountedJob], *, now: datetime) -> list[JobProgress]:
    """Jobs that were counted already, stage by stage."""
    found = [_progress(row, now) for row in rows]
    return sorted(found, key=lambda row: (STAGES.index(Job.Kind(row.kind)), row.job_id))


def job_progress(job_id: int, *, now: datetime) -> JobProgress:
    """One job.

    Raises:
        Job.DoesNotExist: there is none of this id.
    """
    return _progress(counted_job(job_id), now)


def share_done(rows: Iterable[JobProgress]) -> float:
    """The share of work done, in [0, 1]: each job counts alike, since their items do not compare."""
    shares = [1.0 if row.state == Job.State.DONE else row.n_done / max(row.n_items, 1) for row in rows]
    return sum(shares) / len(shares) if shares else 0.0


def _progress(row: CountedJob, now: datetime) -> JobProgress:
    job = row.job
    elapsed_s = ((job.finished_at or now) - job.started_at).total_seconds() if job.started_at else 0.0
    rate = row.n_done / elapsed_s if row.n_done and elapsed_s > 0 else None
    is_running = job.state == Job.State.RUNNING
    return JobProgress(
        job_id=job.pk,
        kind=job.kind,
        label=job.label,
        state=job.state,
        item_word=job.item_word,
        is_planned=job.is_planned,
        n_items=row.n_items,
        n_done=row.n_done,
        n_units_failed=row.n_failed,
        is_reused=row.is_reused,
        error=job.error,
        waiting_for=row.waiting_for if is_running else "",
        rate_per_s=rate,
        eta_s=(row.n_items - row.n_done) / rate if rate and is_running else None,
        snapshot=job.params.get(SNAPSHOT) if job.kind == Job.Kind.INGEST else None,
    )
