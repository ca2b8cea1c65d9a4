"""Jobs with their units counted by the database."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from evalhub.models import Job, WorkUnit


@dataclass(frozen=True, slots=True)
class CountedJob:
    """A job, what its units add up to, and whether a campaign found it finished.

    `busy_s` is seconds of work; `spent_usd` what the job spent since the campaign asked for it; `waiting_for`
    is why a unit was last given back, such as a provider that asks to wait.
    """

    job: Job
    is_reused: bool
    n_items: int
    n_done: int
    n_failed: int
    busy_s: float
    waiting_for: str
    spent_usd: Decimal


def campaigns_jobs(campaign_ids: Collection[int]) -> dict[int, list[CountedJob]]:
    """The jobs of each campaign."""
    found: dict[int, list[CountedJob]] = defaultdict(list)
    jobs = Job.objects.filter(campaign_jobs__campaign__in=campaign_ids).annotate(
        campaign_id=F("campaign_jobs__campaign_id"),
        is_reused=F("campaign_jobs__is_reused"),
        spent_before_usd=F("campaign_jobs__spent_before_usd"),
    )
    for job in _counted(jobs):
        found[job.campaign_id].append(_row(job, job.is_reused, job.spent_before_usd))
    return found


def counted_job(job_id: int) -> CountedJob:
    """One job.

    Raises:
        Job.DoesNotExist: there is none of this id.
    """
    return _row(_counted(Job.objects.filter(pk=job_id)).get(), is_reused=False)


def _counted(jobs: QuerySet[Job]) -> QuerySet[Any]:
    free = Q(units__state=WorkUnit.State.FREE)
    return jobs.annotate(
        n_items=Sum("units__n_items"),
        n_done=Sum("units__n_items_done"),
        n_failed=Count("units", filter=Q(units__state=WorkUnit.State.FAILED)),
        busy_s=Sum("units__busy_s"),
        waiting_for=Max("units__error", filter=free),
    )


def _row(job: Any, is_reused: bool, spent_before_usd: Decimal = Decimal(0)) -> CountedJob:
    return CountedJob(
        job=job,
        is_reused=is_reused,
        n_items=job.n_items or 0,
        n_done=job.n_done or 0,
        n_failed=job.n_failed,
        busy_s=job.busy_s or 0.0,
        waiting_for=job.waiting_for or "",
        spent_usd=job.spent_usd - spent_before_usd,
    )
