"""Take in uploaded documents: bad ones are refused at once where that is quick, the rest is a job."""

import hashlib
from datetime import datetime

from evalhub import conf
from evalhub.core.digest import JsonValue, content_digest
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.errors import InputError
from evalhub.formats.source import Source
from evalhub.formats.staging import stage_documents
from evalhub.models import Corpus, Job, Workspace
from evalhub.services.empty_inputs import corpus_ensure
from evalhub.services.jobs import JobRequest, job_request
from evalhub.services.snapshots import snapshot_latest

CHECKED_AT_ONCE_BYTES = 32 * 2**20
# Raised when imports that are done keep more: those that do not are done again, and change nothing.
INGEST_REVISION = 2


def documents_upload(corpus: Corpus, source: Source, *, columns: ColumnMapping | None, now: datetime) -> Job:
    """Ask for the import of a file in the folder of uploads as the corpus's next snapshot.

    The file is taken: the job removes it when it is done with it.

    Raises:
        InputError: the file is small enough to be read at once, and not acceptable.
    """
    if source.path.stat().st_size <= CHECKED_AT_ONCE_BYTES:
        with stage_documents(source, conf.uploads_folder(), columns=columns):
            pass
    key = _key(corpus, source, columns)
    # Named by the job's content: the same upload again finds the same file, or puts it back for a retry.
    kept = conf.uploads_folder() / content_digest(key).replace("sha256:", "documents-")
    source.path.replace(kept)
    job = job_request(
        corpus.workspace,
        JobRequest(
            kind=Job.Kind.INGEST,
            key=key,
            params={
                "corpus": corpus.name,
                "path": str(kept),
                "name": source.name,
                "columns": dict(columns) if columns else None,
            },
            label=f"{source.name} into {corpus.name}",
            queue="default",
            item_word="documents",
        ),
        [],
        now=now,
    )
    if job.state == Job.State.DONE:
        kept.unlink(missing_ok=True)
    return job


def corpus_upload(
    workspace: Workspace, name: str, source: Source, *, columns: ColumnMapping | None, now: datetime
) -> Job:
    """Ask for the import of a file into the corpus of a name, which is made where there is none.

    Raises:
        InputError: as `documents_upload`; a corpus that was made for the file is not left behind.
    """
    corpus, is_new = corpus_ensure(workspace, name)
    try:
        return documents_upload(corpus, source, columns=columns, now=now)
    except InputError:
        if is_new:
            corpus.delete()
        raise


def _key(corpus: Corpus, source: Source, columns: ColumnMapping | None) -> JsonValue:
    """What decides the result: the file, how it is read, and the state it changes."""
    with source.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    latest = snapshot_latest(corpus)
    return {
        "corpus": corpus.pk,
        "file": digest,
        "name": source.name,
        "columns": dict(columns) if columns else None,
        "after": latest.number if latest else 0,
        "revision": INGEST_REVISION,
    }
