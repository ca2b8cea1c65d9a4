"""Import people's grades as the next gold version of a query collection: all of them or none."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from evalhub.core.consensus import Rule
from evalhub.core.digest import set_digest
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.grades import read_grades
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.source import Source
from evalhub.models import GoldImport, GoldLabel, QueryCollection, Snapshot
from evalhub.services.gold_file import FileLabel, GoldFile, Grades, gold_file
from evalhub.services.gold_overruling import overruled_by, overruling_check, overruling_record
from evalhub.services.gold_people import people_changes, people_store
from evalhub.services.known_ids import (
    BATCH,
    KnownIds,
    batches,
    doc_ids_stored,
    query_ids_stored,
    unknown_refuse,
)
from evalhub.services.review.following import items_follow


@dataclass(frozen=True, slots=True)
class Replacing:
    """How a file replaces gold labels.

    Attributes:
        user: who has it done, where that is known.
        rule: makes one grade of several people's.
        is_overruling: grades that people gave here give way to the file.
    """

    user: User | None = None
    rule: Rule = "median"
    is_overruling: bool = False


AS_EVER = Replacing()


def gold_import(
    collection: QueryCollection,
    source: Source,
    *,
    snapshot: Snapshot | None = None,
    limits: Limits = DEFAULT_LIMITS,
    columns: ColumnMapping | None = None,
    replacing: Replacing = AS_EVER,
) -> QueryCollection:
    """Make the grades of `source` the collection's current gold labels, and keep what each person said.

    Args:
        collection: its current queries must hold every query_id of the source.
        source: BEIR TSV, TREC qrels, JSONL or another table; the last three may name reviewers.
        snapshot: where given, must hold every doc_id of the source.
        limits: of the reader.
        columns: of the source, where they have names of their own.
        replacing: by whom, by which rule, and whether reviewed grades give way.

    Raises:
        InputError: a line is not acceptable or names an unknown id; the database is unchanged.
        ReviewedGradesStand: it would overrule grades given here, and was not told to.
    """
    documents = doc_ids_stored(snapshot) if snapshot else None
    queries = query_ids_stored(collection)
    file = gold_read(source, queries, documents, limits=limits, columns=columns, rule=replacing.rule)
    return gold_file_store(collection, file, replacing)


def gold_read(
    source: Source,
    queries: KnownIds,
    documents: KnownIds | None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    columns: ColumnMapping | None = None,
    rule: Rule = "median",
) -> GoldFile:
    """Read and check grades without writing anything; `documents` None leaves doc_ids unchecked.

    Raises:
        InputError: a line is not acceptable or names an unknown id.
    """
    rows = list(read_grades(source, limits=limits, columns=columns))
    unknown_refuse(rows, source, "query_id", queries)
    if documents:
        unknown_refuse(rows, source, "doc_id", documents)
    return gold_file(rows, source.name, rule)


def gold_store(
    collection: QueryCollection, grades: Grades, replacing: Replacing = AS_EVER
) -> QueryCollection:
    """Make checked grades the collection's current gold labels; equal ones change nothing.

    Raises:
        ReviewedGradesStand: they would overrule grades given here, and were not told to.
    """
    return gold_file_store(collection, GoldFile.of(grades), replacing)


def gold_file_store(collection: QueryCollection, file: GoldFile, replacing: Replacing) -> QueryCollection:
    """Make what was read of a file the collection's gold labels; what is there already changes nothing.

    Raises:
        ReviewedGradesStand: it would overrule grades given here, and was not told to.
    """
    with transaction.atomic():
        collection = QueryCollection.objects.select_for_update().get(pk=collection.pk)
        if not replacing.is_overruling:
            overruling_check(collection, file)
        overruled = overruled_by(collection, file) if replacing.is_overruling else []
        changes = people_changes(collection, file.people)
        if _apply(collection, file) or changes or overruled:
            made = _import(collection, file, replacing, len(overruled))
            max_grade = _max_grade(collection, file)
            people_store(collection, changes, max_grade=max_grade, now=made.imported_at)
            overruling_record(
                collection, overruled, file, user=replacing.user, max_grade=max_grade, now=made.imported_at
            )
            items_follow(collection)
    return collection


def _import(
    collection: QueryCollection, file: GoldFile, replacing: Replacing, n_overruled: int
) -> GoldImport:
    return GoldImport.objects.create(
        collection=collection,
        gold_version=collection.gold_version,
        source_name=file.short_name,
        consensus=file.rule,
        n_labels=len(file.labels),
        n_people=len({row.said.reviewer for row in file.people}),
        n_undecided=file.n_undecided,
        n_overruled=n_overruled,
        imported_by=replacing.user,
    )


def _max_grade(collection: QueryCollection, file: GoldFile) -> int:
    """The highest grade anybody gave: files do not say what scale was offered."""
    highest = collection.human_grades.aggregate(grade=Max("grade"), scale=Max("max_grade"))
    said = (row.grade for row in file.people)
    return max(1, highest["grade"] or 0, highest["scale"] or 0, *file.grades.values(), *said)


def _digest(grades: Grades) -> str:
    return set_digest(f"{pair[0]}\t{pair[1]}\t{grade}" for pair, grade in grades.items())


def _apply(collection: QueryCollection, file: GoldFile) -> bool:
    """Make the next version of labels that differ; False where none does."""
    rows = collection.gold_labels.filter(removed_in=None)
    current = {
        (query_id, doc_id): (pk, grade, selection)
        for pk, query_id, doc_id, grade, selection in rows.values_list(
            "pk", "query_id", "doc_id", "grade", "selection"
        )
    }
    new = [pair for pair, label in file.labels.items() if _is_new(label, current.get(pair))]
    gone = [pk for pair, (pk, _, _) in current.items() if pair not in file.labels]
    gone += [current[pair][0] for pair in new if pair in current]
    if not new and not gone and collection.gold_digest:
        return False
    collection.gold_version += 1
    for batch in batches(gone):
        GoldLabel.objects.filter(pk__in=batch).update(removed_in=collection.gold_version)
    labels = (_of_file(collection, pair, file.labels[pair]) for pair in new)
    GoldLabel.objects.bulk_create(labels, batch_size=BATCH)
    collection.gold_digest = _digest(file.grades)
    collection.n_gold = len(file.labels)
    collection.save()
    return True


def _is_new(label: FileLabel, old: tuple[int, int, str] | None) -> bool:
    """Whether a label says more than the one there: another grade, or that the pair was drawn."""
    if old is None:
        return True
    _, grade, selection = old
    sample = GoldLabel.Selection.SAMPLE
    return label.grade != grade or (label.selection == sample != selection)


def _of_file(collection: QueryCollection, pair: tuple[str, str], label: FileLabel) -> GoldLabel:
    return GoldLabel(
        collection=collection,
        query_id=pair[0],
        doc_id=pair[1],
        grade=label.grade,
        selection=label.selection,
        inclusion_probability=label.inclusion_probability,
        graded_at=label.graded_at,
        added_in=collection.gold_version,
    )
