"""Import an uploaded file as the next snapshot of a corpus."""

from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from evalhub.formats.errors import InputError
from evalhub.formats.source import Source
from evalhub.models import Job, Snapshot, WorkUnit
from evalhub.pipeline.kind import Later, Progress, UnableToProceed, UnitPlan
from evalhub.selectors.progress import SNAPSHOT
from evalhub.services.profiles import profile_start_if_cheap
from evalhub.services.snapshots import UnableToImport, snapshot_import, snapshot_like


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit: the order of lines matters to its errors, so a file is read by one process."""
    return [UnitPlan()]


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Import; a bad line fails the job with its message. A small corpus is profiled without being asked."""
    params = job.params
    source = Source(name=params["name"], path=Path(params["path"]))

    def tell(step: str, n_done: int, n_total: int | None) -> None:
        progress(n_done)

    try:
        snapshot = snapshot_import(
            job.workspace,
            params["corpus"],
            source,
            clock=timezone.now,
            columns=params.get("columns"),
            tell=tell,
        )
    except InputError as error:
        source.path.unlink(missing_ok=True)
        raise UnableToProceed(str(error)) from error
    except UnableToImport as error:
        raise Later(str(error), delay_s=10.0) from error
    _remember(job, snapshot_like(snapshot))
    # Here and not when the job completes: it reads the weights of models, for no transaction.
    profile_start_if_cheap(snapshot, now=timezone.now())


def _remember(job: Job, snapshot: Snapshot) -> None:
    """Keep which snapshot holds what was uploaded: by the time that anybody asks there may be a newer one."""
    job.params = {**job.params, SNAPSHOT: snapshot.number}
    job.save(update_fields=["params"])


def complete(job: Job) -> None:
    """Remove the upload; the snapshot published itself."""
    Path(job.params["path"]).unlink(missing_ok=True)
