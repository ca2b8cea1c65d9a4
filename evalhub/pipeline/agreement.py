"""Compute how graders agree: one unit, since two thousand resamples of the queries take seconds."""

from collections.abc import Iterable

from django.utils import timezone

from evalhub.core.errors import UserError
from evalhub.models import AgreementReport, Job, WorkUnit
from evalhub.pipeline.kind import Progress, UnableToProceed, UnitPlan
from evalhub.services.agreement import agreement_fill, asked_of


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit."""
    yield UnitPlan(n_items=1)


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Compute and store the report.

    Raises:
        UnableToProceed: there is nothing to compare, such as a collection without gold labels.
    """
    rows = AgreementReport.objects.select_related("collection__workspace", "snapshot__corpus")
    report = rows.get(pk=job.params["report"])
    try:
        agreement_fill(report, asked_of(report, job.params["gold_max"]), now=timezone.now())
    except UserError as error:
        raise UnableToProceed(str(error)) from error
    progress(1)


def complete(job: Job) -> None:
    """Nothing: the report is stored."""
