"""What went wrong in a campaign, grouped by its reason and counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from evalhub.models import WorkUnit
from evalhub.selectors.counted_jobs import CountedJob

MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class UnratedReason:
    """Pairs that a rater gave no grade, for one reason."""

    rater: str
    reason: str
    n_pairs: int


@dataclass(frozen=True, slots=True)
class UnitError:
    """Work units of a job that failed with the same words."""

    stage: str
    label: str
    error: str
    n_units: int


def unrated_reasons(results: dict[str, Any]) -> list[UnratedReason]:
    """Of every rater, the most frequent first."""
    found = [
        UnratedReason(row["rater"], reason, pairs)
        for row in results["ratings"]
        for reason, pairs in row["unrated_reasons"].items()
    ]
    return sorted(found, key=lambda row: -row.n_pairs)


def unit_errors(jobs: Iterable[CountedJob]) -> list[UnitError]:
    """Of the jobs with failed units, the most frequent first; no read where none failed."""
    failed = {row.job.pk: row.job for row in jobs if row.n_failed}
    if not failed:
        return []
    units = WorkUnit.objects.filter(job__in=failed, state=WorkUnit.State.FAILED)
    counted = units.values_list("job", "error").annotate(n_units=Count("pk")).order_by("-n_units", "job")
    return [
        UnitError(failed[job].kind, failed[job].label, error, n_units)
        for job, error, n_units in counted[:MOST_REASONS]
    ]
