"""Collect what a calibrated rater must know about a corpus, into a file."""

import os
from collections.abc import Iterable, Iterator

from evalhub import wiring
from evalhub.models import CorpusStatistics, Job, WorkUnit
from evalhub.pipeline.kind import Progress, UnableToProceed, UnitPlan
from evalhub.selectors.documents import snapshot_documents
from raters.protocol import RaterMisconfigured

BATCH = 1000


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit: a pass over all documents."""
    return [UnitPlan(n_items=_statistics(job).snapshot.n_documents)]


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Collect into a file of this attempt, then put it in its place."""
    statistics = _statistics(job)
    path = wiring.statistics_path(statistics.digest)
    unfinished = path.with_suffix(f".{unit.pk}-{unit.attempt}.part")
    try:
        collected = wiring.collect_statistics(
            job.params["model"], statistics.encoder_revision, _texts(statistics, progress)
        )
    except RaterMisconfigured as error:
        raise UnableToProceed(str(error)) from error
    collected.save(unfinished, source=statistics.digest)
    os.replace(unfinished, path)


def complete(job: Job) -> None:
    """Nothing: the file is there."""


def _texts(statistics: CorpusStatistics, progress: Progress) -> Iterator[tuple[str, str]]:
    """(title, text) of all documents, in pages, so that no read stays open for long."""
    rows = snapshot_documents(statistics.snapshot).order_by("pk")
    last, n_read = 0, 0
    while page := list(rows.filter(pk__gt=last).values_list("pk", "title", "text")[:BATCH]):
        yield from ((title, text) for _, title, text in page)
        last, n_read = page[-1][0], n_read + len(page)
        progress(n_read)


def _statistics(job: Job) -> CorpusStatistics:
    return CorpusStatistics.objects.select_related("snapshot").get(pk=job.params["statistics"])
