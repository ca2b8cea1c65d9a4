"""Have agreement of graders computed, once for the same grades, and stored. Safe in the web process."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from evalhub.models import AgreementReport, Job
from evalhub.selectors.agreement.asked import AgreementAsked, report_fresh
from evalhub.selectors.agreement.cells import cells_of
from evalhub.selectors.agreement.graders import grader_of
from evalhub.selectors.agreement.overview import overview
from evalhub.selectors.rater_pairs import collect
from evalhub.selectors.rater_report import rater_report
from evalhub.services.jobs import JobRequest, job_request


def agreement_request(asked: AgreementAsked, *, now: datetime) -> AgreementReport:
    """The report of these graders; where it is not there yet a worker is asked for it."""
    with transaction.atomic():
        report = _row(asked)
        if report.figures is None:
            report.job = job_request(
                asked.collection.workspace,
                JobRequest(
                    kind=Job.Kind.AGREEMENT,
                    key=report.digest,
                    params={"report": report.pk, "gold_max": asked.gold_max},
                    label=str(report),
                    queue="default",
                    item_word="reports",
                ),
                [],
                now=now,
            )
            report.save(update_fields=["job"])
    return report


def agreement_now(asked: AgreementAsked, *, now: datetime) -> AgreementReport:
    """The report of these graders, computed in this process where it is not there yet.

    Raises:
        UnableToReport: there are no gold labels to hold anybody against.
    """
    known = report_fresh(asked)
    if known is not None and known.figures is not None:
        return known
    report = _row(asked)
    agreement_fill(report, asked, now=now)
    return report


def agreement_fill(report: AgreementReport, asked: AgreementAsked, *, now: datetime) -> None:
    """Compute and store a report.

    Raises:
        UnableToReport: there are no gold labels to hold anybody against.
    """
    if asked.first is None:
        report.figures = overview(asked.collection, asked.snapshot, asked.gold_max)
    else:
        about = asked.as_report
        report.figures = rater_report(about)
        collected = collect(about.judged, about.collection, about.reference, about.trained)
        report.cells = cells_of(collected, asked.collection, asked.snapshot)
    report.computed_at = now
    report.save(update_fields=["figures", "cells", "computed_at"])


def asked_of(report: AgreementReport, gold_max: int | None) -> AgreementAsked:
    """What a stored report is about, with its graders as they are now.

    Raises:
        UnableToCompare, UnableToFindRater: a grader is gone.
    """
    asked = AgreementAsked(report.collection, report.snapshot, gold_max=gold_max)
    if not report.first:
        return asked
    first, second = (grader_of(report.collection, key) for key in (report.first, report.second))
    return replace(asked, first=first, second=second)


def _row(asked: AgreementAsked) -> AgreementReport:
    first, second = asked.keys
    report, _ = AgreementReport.objects.get_or_create(
        workspace=asked.collection.workspace,
        digest=asked.digest,
        defaults={
            "collection": asked.collection,
            "snapshot": asked.snapshot,
            "first": first,
            "second": second,
        },
    )
    return report
