"""Import documents as the next snapshot of a corpus: all of them or none, storing only what changed.

The whole input is read and checked into a staging file first; nothing is written to the database before the
last line was found good. What is written then belongs to a snapshot that is not yet ready, so a reader never
sees half of it, and an import that dies is undone by the next one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Protocol

from django.db import IntegrityError, transaction
from django.db.models import F

from evalhub import conf
from evalhub.core.digest import set_digest
from evalhub.core.errors import UserError
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.source import Source
from evalhub.formats.staging import StagedDocument, StagedDocuments, stage_documents
from evalhub.models import Corpus, Document, Snapshot, Workspace
from evalhub.selectors.order import codepoint_order

BATCH = 500
LEASE = timedelta(seconds=60)
# Differences between two renewals of the lease, beside those at every write.
HOLD_EVERY = 5000

Clock = Callable[[], datetime]


class Tell(Protocol):
    """Hears how far an import is."""

    def __call__(self, step: str, n_done: int, n_total: int | None) -> None:
        """`step` is "reading" or "storing"; `n_total` documents are there, None while that is unknown."""


def untold(step: str, n_done: int, n_total: int | None) -> None:
    """Nobody wants to hear how far an import is."""


class UnableToImport(UserError):
    """The import can not begin; the message says why and what to do."""


@dataclass
class _Changes:
    """What differs between the staged documents and the snapshot before."""

    added: list[StagedDocument] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    n_changed: int = 0


def corpus_get_or_create(workspace: Workspace, name: str) -> Corpus:
    """The corpus of this name, made now if there is none."""
    corpus, _ = Corpus.objects.get_or_create(workspace=workspace, name=name)
    return corpus


def snapshot_import(
    workspace: Workspace,
    corpus_name: str,
    source: Source,
    *,
    clock: Clock,
    limits: Limits = DEFAULT_LIMITS,
    columns: ColumnMapping | None = None,
    tell: Tell = untold,
) -> Snapshot:
    """Make the documents of `source` the latest snapshot; the one before is returned if nothing changed.

    Raises:
        InputError: a line of the source is not acceptable; the database is unchanged.
        UnableToImport: another import into the corpus is running.
    """
    reading = partial(tell, "reading", n_total=None)
    folder = conf.uploads_folder()
    with stage_documents(source, folder, limits=limits, columns=columns, tell=reading) as staged:
        return snapshot_store(workspace, corpus_name, source, staged, clock=clock, tell=tell)


def snapshot_store(
    workspace: Workspace,
    corpus_name: str,
    source: Source,
    staged: StagedDocuments,
    *,
    clock: Clock,
    tell: Tell = untold,
) -> Snapshot:
    """Make checked documents the latest snapshot; the one before is returned if nothing changed.

    Raises:
        UnableToImport: another import into the corpus is running.
    """
    digest = set_digest(document.row_digest + document.doc_id for document in _documents(staged))
    corpus = corpus_get_or_create(workspace, corpus_name)
    _undo_dead_import(corpus, now=clock())
    latest = snapshot_latest(corpus)
    if latest and latest.digest == digest:
        return latest
    snapshot = _begin(corpus, latest, source, digest, staged.count, now=clock())
    _apply(snapshot, staged, clock, partial(tell, "storing", n_total=staged.count))
    return _publish(snapshot)


def snapshot_latest(corpus: Corpus) -> Snapshot | None:
    """The newest ready snapshot."""
    return corpus.snapshots.filter(state=Snapshot.State.READY).order_by("-number").first()


def snapshot_like(snapshot: Snapshot) -> Snapshot:
    """The first snapshot of its corpus that holds the same: what was computed for it need not be again."""
    same = Snapshot.objects.filter(
        corpus=snapshot.corpus_id, state=Snapshot.State.READY, digest=snapshot.digest
    )
    return same.order_by("number").first() or snapshot


def _undo_dead_import(corpus: Corpus, *, now: datetime) -> None:
    dead = corpus.snapshots.filter(state=Snapshot.State.IMPORTING).first()
    if dead is None:
        return
    if dead.lease_until >= now:
        raise UnableToImport(
            f'another import into "{corpus.name}" is running; wait until it ends and repeat '
            f"(one that was killed makes way after {LEASE.seconds} seconds)"
        )
    with transaction.atomic():
        # Without Django's collector, which would load every row: an unready snapshot has no hits.
        added = Document.objects.filter(corpus=corpus, added_in=dead.number)
        added._raw_delete(added.db)
        Document.objects.filter(corpus=corpus, removed_in=dead.number).update(removed_in=None)
        dead.delete()


def _documents(staged: StagedDocuments) -> Iterator[StagedDocument]:
    return chain.from_iterable(staged.batches())


def _begin(
    corpus: Corpus, latest: Snapshot | None, source: Source, digest: str, n_documents: int, *, now: datetime
) -> Snapshot:
    try:
        with transaction.atomic():
            return Snapshot.objects.create(
                corpus=corpus,
                number=latest.number + 1 if latest else 1,
                digest=digest,
                source_name=source.name[:500],
                n_documents=n_documents,
                lease_until=now + LEASE,
            )
    except IntegrityError as error:
        raise UnableToImport(
            f'another import into "{corpus.name}" has just begun; repeat when it ended'
        ) from error


def _apply(snapshot: Snapshot, staged: StagedDocuments, clock: Clock, tell: Callable[[int], None]) -> None:
    """Write the differences in batches, each in a short transaction that renews the import's lease."""
    changes, n_written = _Changes(), 0
    for n_seen, (document, row_id) in enumerate(_differences(snapshot, staged)):
        if n_seen % HOLD_EVERY == 0:
            _hold(snapshot, now=clock())
        if document:
            changes.added.append(document)
        if row_id:
            changes.removed.append(row_id)
        changes.n_changed += bool(document and row_id)
        if len(changes.added) >= BATCH or len(changes.removed) >= BATCH:
            _write(snapshot, changes, now=clock())
            n_written += len(changes.added)
            tell(n_written)
            changes = _Changes()
    _write(snapshot, changes, now=clock())


def _differences(
    snapshot: Snapshot, staged: StagedDocuments
) -> Iterator[tuple[StagedDocument | None, int | None]]:
    """Merge both sides in doc_id order: (document to add, row to close) for each doc_id that differs."""
    before = _current_rows(snapshot.corpus)
    row = next(before, None)
    for document in _documents(staged):
        while row and row[0] < document.doc_id:
            yield None, row[2]
            row = next(before, None)
        if row and row[0] == document.doc_id:
            if row[1] != document.row_digest:
                yield document, row[2]
            row = next(before, None)
        else:
            yield document, None
    while row:
        yield None, row[2]
        row = next(before, None)


def _current_rows(corpus: Corpus) -> Iterator[tuple[str, str, int]]:
    """(doc_id, row_digest, pk) of the documents of the latest snapshot in code point order.

    Read in pages, each a finished statement, so that no read stays open beside the writes.
    """
    last = ""
    while page := _page_after(corpus, last):
        yield from page
        last = page[-1][0]


def _page_after(corpus: Corpus, last: str) -> list[tuple[str, str, int]]:
    order = codepoint_order("doc_id")
    rows = (
        Document.objects.filter(corpus=corpus, removed_in=None).annotate(order=order).filter(order__gt=last)
    )
    return list(rows.order_by("order").values_list("doc_id", "row_digest", "pk")[: BATCH * 4])


def _write(snapshot: Snapshot, changes: _Changes, *, now: datetime) -> None:
    with transaction.atomic():
        _hold(snapshot, now=now)
        Document.objects.filter(pk__in=changes.removed).update(removed_in=snapshot.number)
        Document.objects.bulk_create([_document_row(snapshot, document) for document in changes.added])
        Snapshot.objects.filter(pk=snapshot.pk).update(
            n_added=F("n_added") + len(changes.added),
            n_removed=F("n_removed") + len(changes.removed),
            n_changed=F("n_changed") + changes.n_changed,
        )


def _hold(snapshot: Snapshot, *, now: datetime) -> None:
    """Renew the lease, or stop: an import that was thought dead must not write beside its successor."""
    mine = Snapshot.objects.filter(pk=snapshot.pk, state=Snapshot.State.IMPORTING)
    if not mine.update(lease_until=now + LEASE):
        raise UnableToImport("this import stood still too long and another one took its place; repeat it")


def _document_row(snapshot: Snapshot, document: StagedDocument) -> Document:
    return Document(
        corpus_id=snapshot.corpus_id,
        doc_id=document.doc_id,
        title=document.title,
        text=document.text,
        metadata=document.metadata,
        digest=document.digest,
        row_digest=document.row_digest,
        added_in=snapshot.number,
    )


def _publish(snapshot: Snapshot) -> Snapshot:
    Snapshot.objects.filter(pk=snapshot.pk).update(state=Snapshot.State.READY)
    snapshot.refresh_from_db()
    return snapshot
