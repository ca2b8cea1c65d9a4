"""Gold labels and people's grades as rows of files."""

from collections.abc import Iterator

from evalhub.core.errors import UserError
from evalhub.formats.gold_writer import GoldRow, PersonRow
from evalhub.models import GoldLabel, QueryCollection
from evalhub.selectors.documents import alive_in
from evalhub.selectors.gold.stated import Pair, Stated, by_pair, live_grades


class UnableToExport(UserError):
    """There is no such gold version, or people's grades are asked for where none are kept by version."""


def gold_version_of(collection: QueryCollection, version: int | None) -> int:
    """The version asked for, or the current one.

    Raises:
        UnableToExport: there is none of this number.
    """
    if version is None:
        version = collection.gold_version
    if not collection.gold_version:
        raise UnableToExport(
            f'"{collection.name}" has no gold labels yet; import some with: evalhub gold add'
        )
    if not 1 <= version <= collection.gold_version:
        raise UnableToExport(
            f'"{collection.name}" has no gold version {version}; there are 1 to {collection.gold_version}'
        )
    return version


def gold_rows(collection: QueryCollection, version: int) -> Iterator[GoldRow]:
    """The labels of a version by pair; where one person alone said a label's grade, it is that person's."""
    stated = by_pair(live_grades(collection))
    labels = GoldLabel.objects.filter(alive_in(version), collection=collection)
    rows = labels.select_related("graded_by").order_by("query_id", "doc_id")
    for label in rows.iterator():
        by = _by(label, stated.get((label.query_id, label.doc_id), []))
        yield GoldRow(
            label.query_id,
            label.doc_id,
            label.grade,
            by.by if by else None,
            label.graded_at or (by.at if by else None),
            label.selection or None,
            label.inclusion_probability,
        )


def people_rows(collection: QueryCollection) -> Iterator[PersonRow]:
    """What every person stands by, beside the pair's current label; a label without people is a row too."""
    labels = {(row.query_id, row.doc_id): row for row in gold_rows(collection, collection.gold_version)}
    named: set[Pair] = set()
    for said in live_grades(collection).iterator():
        pair = (said.query_id, said.doc_id)
        named.add(pair)
        if said.grade is None:
            continue
        yield PersonRow(
            *pair,
            said.grade,
            said.reviewer_name,
            said.graded_at,
            "" if said.selection == said.Selection.UNKNOWN else said.selection,
            said.inclusion_probability,
            said.comment,
            labels[pair].grade if pair in labels else None,
        )
    for pair, row in labels.items():
        if pair not in named:
            yield PersonRow(
                *pair,
                row.grade,
                row.reviewer,
                row.graded_at,
                row.selection,
                row.inclusion_probability,
                "",
                row.grade,
            )


def _by(label: GoldLabel, said: list[Stated]) -> Stated | None:
    if label.graded_by:
        return Stated(label.grade, label.graded_by.get_username(), label.graded_at)
    same = [one for one in said if one.grade == label.grade]
    return same[0] if len(same) == 1 else None
