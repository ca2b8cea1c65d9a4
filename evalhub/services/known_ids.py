"""Ids that rows of a file may name, whether they are stored already or wait to be."""

import difflib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol, TypeVar

from evalhub.formats.errors import InputError
from evalhub.formats.source import Source
from evalhub.formats.staging import StagedDocuments
from evalhub.models import QueryCollection, Snapshot
from evalhub.selectors.collection_states import queries_of
from evalhub.selectors.documents import snapshot_documents

BATCH = 500

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class KnownIds:
    """A set of ids that need not be in memory.

    Attributes:
        where: what holds them, in words.
        among: those of the given ids that are there.
        nearby: some that are there, to suggest one from.
    """

    where: str
    among: Callable[[Collection[str]], set[str]]
    nearby: Callable[[], Sequence[str]] = tuple


def doc_ids_stored(snapshot: Snapshot) -> KnownIds:
    """The documents of a snapshot."""

    def among(wanted: Collection[str]) -> set[str]:
        found: set[str] = set()
        for batch in batches(sorted(wanted)):
            rows = snapshot_documents(snapshot).filter(doc_id__in=batch)
            found.update(rows.values_list("doc_id", flat=True))
        return found

    return KnownIds(f'the corpus "{snapshot.corpus.name}"', among)


def doc_ids_staged(corpus_name: str, staged: StagedDocuments) -> KnownIds:
    """The documents of a corpus that was read and not yet stored."""
    return KnownIds(f'the corpus "{corpus_name}"', lambda wanted: staged.known(sorted(wanted)))


def query_ids_of(collection_name: str, query_ids: Collection[str]) -> KnownIds:
    """The queries of a collection, all of which are at hand."""
    return _query_ids(collection_name, lambda: query_ids)


def query_ids_stored(collection: QueryCollection) -> KnownIds:
    """The queries of the version that a collection says it has."""
    rows = queries_of(collection).values_list("query_id", flat=True)
    return _query_ids(collection.name, lambda: list(rows))


def _query_ids(collection_name: str, read: Callable[[], Collection[str]]) -> KnownIds:
    """Ids that are read once, when somebody asks for one: many a spec names none."""

    @cache
    def known() -> set[str]:
        return set(read())

    where = f'the query collection "{collection_name}"'
    return KnownIds(where, lambda wanted: known() & set(wanted), lambda: sorted(known())[:20_000])


class Lined(Protocol):
    """A row that knows its line."""

    @property
    def line(self) -> int:
        """Counted from 1."""
        ...


def unknown_refuse(rows: Sequence[Lined], source: Source, field: str, ids: KnownIds) -> None:
    """Refuse rows whose `field` (query_id or doc_id) names what is not there.

    Raises:
        InputError: at the first such row, with how many there are and the nearest id that is there.
    """
    known = ids.among({getattr(row, field) for row in rows})
    unknown = [row for row in rows if getattr(row, field) not in known]
    if not unknown:
        return
    first = str(getattr(unknown[0], field))
    nearest = difflib.get_close_matches(first, ids.nearby() or list(known)[:20_000], n=1)
    hint = f' Did you mean "{nearest[0]}"?' if nearest else ""
    raise InputError(
        file=source.name,
        line=unknown[0].line,
        field=field,
        problem=f'"{first}" is not in {ids.where} ({len(unknown)} of {len(rows)} lines name unknown ids)',
        remedy=f"Remove these lines, or import what they name first.{hint}",
    )


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Pieces of at most BATCH, below the number of variables a database takes in a statement."""
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
