"""Import the grades that raters gave elsewhere: all of a file's, as an immutable version each, or none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evalhub.core.digest import content_digest, set_digest
from evalhub.core.errors import UserError
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.rated import RatedRow, Scale, read_rated
from evalhub.formats.source import Source
from evalhub.models import GradeImport, Judgment, QueryCollection, Rater, RaterVersion, Snapshot
from evalhub.selectors.documents import collection_queries, snapshot_documents
from evalhub.services.known_ids import batches, doc_ids_stored, query_ids_stored, unknown_refuse
from evalhub.services.ledger import ledger_add
from evalhub.services.raters import rater_version_ensure
from evalhub.services.spooled import upload_name
from raters.fields import UnableToResolveRater
from raters.imported import imported_spec
from raters.spec import SHIPPED

BATCH = 500
MAX_NAME = 100
# How people and versions of raters are named.
TAKEN_NAME = re.compile(r"^person:|@[0-9]+$")

PairDigests = tuple[str, str]


class UnableToImportGrades(UserError):
    """The grades can not be a rater's of this name or scale; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the ids of a file name."""

    collection: QueryCollection
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Digests:
    """The texts of the ids of a file."""

    queries: Mapping[str, str]
    documents: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file, or of a column."""

    made: GradeImport
    is_new: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """Grades by the texts of their pairs.

    Of equal texts under several ids the highest grade counts, as it does for gold labels.
    """

    rows: Mapping[PairDigests, RatedRow]
    n_merged: int
    n_conflicts: int


def grades_import(
    name: str,
    source: Source,
    target: Target,
    scale: Scale,
    *,
    now: datetime,
    columns: ColumnMapping | None = None,
) -> Imported:
    """Import a file as the grades of the rater `name`; the same grades again change nothing.

    Raises:
        InputError: a line is not acceptable or names an unknown id; the database is unchanged.
        UnableToImportGrades: the name or the scale is not acceptable.
    """
    name_check(name, target.collection)
    rows = read_rated(source, scale, columns=columns)
    digests = known_digests(rows, source, target)
    with transaction.atomic():
        return grades_store(name, rows, digests, source, target, scale, now=now)


def known_digests(rows: Sequence[RatedRow], source: Source, target: Target) -> Digests:
    """The texts that rows name.

    Raises:
        InputError: at the first row that names what is not there.
    """
    unknown_refuse(rows, source, "query_id", query_ids_stored(target.collection))
    unknown_refuse(rows, source, "doc_id", doc_ids_stored(target.snapshot))
    queries = collection_queries(target.collection, target.collection.version)
    return Digests(
        dict(queries.values_list("query_id", "digest")),
        _document_digests(target.snapshot, {row.doc_id for row in rows}),
    )


def name_check(name: str, collection: QueryCollection) -> None:
    """Refuse names that mean another rater, or that nobody could type.

    Raises:
        UnableToImportGrades: what to change.
    """
    if not 1 <= len(name) <= MAX_NAME or name != name.strip() or not name.isprintable():
        raise UnableToImportGrades(
            f"{name[:40]!r} can not name a rater; write 1 to {MAX_NAME} printable characters without blanks "
            "around them"
        )
    if TAKEN_NAME.search(name):
        raise UnableToImportGrades(
            f'"{name}" would mean something else: person:NAME is a person, NAME@NUMBER a version of a '
            "rater; give the grades another name"
        )
    versions = RaterVersion.objects.filter(rater__workspace=collection.workspace, rater__name=name)
    other = versions.exclude(kind="imported").first()
    if other is not None or name in SHIPPED:
        kind = f"is a rater of kind {other.kind}" if other else "ships with EvalHub"
        raise UnableToImportGrades(f'"{name}" {kind}, which grades by itself; give the grades another name')


def grades_store(
    name: str,
    rows: Sequence[RatedRow],
    digests: Digests,
    source: Source,
    target: Target,
    scale: Scale,
    *,
    now: datetime,
) -> Imported:
    """Store checked grades as a version of a rater; in a transaction.

    Raises:
        UnableToImportGrades: the scale is too short or too long.
    """
    merged = _merged(rows, digests)
    version, is_new = _version(name, merged, scale, target)
    if is_new:
        _judge(version, merged, now)
    made, _ = GradeImport.objects.update_or_create(
        rater_version=version,
        collection=target.collection,
        defaults={
            "snapshot": target.snapshot,
            "source_name": upload_name(source.name),
            "n_rows": len(rows),
            "n_pairs": len(merged.rows),
            "n_clipped": sum(row.is_clipped for row in rows),
            "n_merged": merged.n_merged,
            "n_conflicts": merged.n_conflicts,
        },
    )
    return Imported(made, is_new)


def _version(name: str, merged: Merged, scale: Scale, target: Target) -> tuple[RaterVersion, bool]:
    """The version of these grades. The name is a part of it: two who grade alike are still two raters."""
    grades = set_digest(
        f"{query} {document} {row.grade} {row.probabilities} {row.rationale}"
        for (query, document), row in merged.rows.items()
    )
    workspace = target.collection.workspace
    try:
        spec = imported_spec(name, scale.max_grade, content_digest([name, grades]))
    except UnableToResolveRater as error:
        raise UnableToImportGrades(str(error)) from error
    Rater.objects.get_or_create(workspace=workspace, name=name)
    is_new = not RaterVersion.objects.filter(workspace=workspace, digest=spec.digest).exists()
    return rater_version_ensure(workspace, spec, scale.max_grade), is_new


def _judge(version: RaterVersion, merged: Merged, now: datetime) -> None:
    judgments = [
        Judgment(
            rater_version=version,
            query_digest=query,
            document_digest=document,
            state=Judgment.State.GRADED,
            grade=row.grade,
            gain=_gain(row, version.max_grade),
            probabilities=list(row.probabilities) if row.probabilities else None,
            rationale=row.rationale,
            rated_at=now,
        )
        for (query, document), row in merged.rows.items()
    ]
    Judgment.objects.bulk_create(judgments, batch_size=BATCH)
    ledger_add(judgments, now=now)


def _gain(row: RatedRow, max_grade: int) -> float:
    """The expected grade over G where probabilities are known, as of raters that are asked here."""
    if row.probabilities is None:
        return row.grade / max_grade
    expected = sum(grade * share for grade, share in enumerate(row.probabilities))
    return min(max(expected / max_grade, 0.0), 1.0)


def _merged(rows: Sequence[RatedRow], digests: Digests) -> Merged:
    found: dict[PairDigests, RatedRow] = {}
    n_merged = n_conflicts = 0
    for row in rows:
        key = (digests.queries[row.query_id], digests.documents[row.doc_id])
        first = found.setdefault(key, row)
        if first is row:
            continue
        n_merged += 1
        n_conflicts += first.grade != row.grade
        if row.grade > first.grade:
            found[key] = row
    return Merged(found, n_merged, n_conflicts)


def _document_digests(snapshot: Snapshot, doc_ids: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in batches(sorted(doc_ids)):
        rows = snapshot_documents(snapshot).filter(doc_id__in=batch)
        found.update(rows.values_list("doc_id", "digest"))
    return found
