"""The queries and gold labels a spec names: read and checked first, stored when all else was found good."""

from dataclasses import dataclass
from pathlib import Path

from evalhub.core.digest import text_digest
from evalhub.formats.source import Source
from evalhub.models import QueryCollection, Workspace
from evalhub.selectors.collection_states import collection_as_of, highest_label, queries_of
from evalhub.services.gold import AS_EVER, gold_file_store, gold_read
from evalhub.services.gold_file import GoldFile
from evalhub.services.gold_overruling import overruling_check
from evalhub.services.known_ids import KnownIds, query_ids_of, query_ids_stored
from evalhub.services.queries import Rows, queries_read, queries_store
from evalhub.services.spec_inputs.problems import problem, unknown
from evalhub.spec.campaign import QueriesSpec


@dataclass(frozen=True, slots=True)
class CheckedQueries:
    """Queries that may become the collection's current ones, and the grades that come with them.

    Attributes:
        known: the collection in the state that is asked for, if there is one of this name.
        rows: what replaces its queries, or None to keep them.
        gold: what replaces its gold labels, or None to keep them.
    """

    workspace: Workspace
    spec: QueriesSpec
    known: QueryCollection | None
    rows: Rows | None
    query_ids: KnownIds
    gold: GoldFile | None

    @property
    def is_new(self) -> bool:
        """Whether anything is to be stored."""
        return self.rows is not None or self.gold is not None

    @property
    def name(self) -> str:
        """Of the collection."""
        return self.spec.name

    @property
    def highest_grade(self) -> int:
        """Of the gold labels the collection will have; 0 without any."""
        if self.gold is not None:
            return max(self.gold.grades.values(), default=0)
        return highest_label(self.known) if self.known else 0

    @property
    def texts(self) -> dict[str, str]:
        """What will be asked, by the digest of query and need."""
        if self.rows is not None:
            return {text_digest(row.text, row.need): row.text + row.need for row in self.rows.values()}
        rows = queries_of(self.known).values_list("digest", "text", "need") if self.known else ()
        return {digest: text + need for digest, text, need in rows}

    def store(self) -> QueryCollection:
        """Write what differs; returns the collection as it now is, in the versions that the spec names."""
        collection = self.known
        if self.rows is not None:
            collection = queries_store(self.workspace, self.name, self.rows)
        assert collection is not None  # noqa: S101  # checked_queries refuses a spec with neither
        if self.gold is not None:
            collection = gold_file_store(collection, self.gold, AS_EVER)
        return collection_as_of(collection, version=self.spec.version, gold_version=self.spec.gold_version)


def checked_queries(workspace: Workspace, spec: QueriesSpec, doc_ids: KnownIds) -> CheckedQueries:
    """The queries of a spec, without writing anything.

    Raises:
        InputError: a file it names is not acceptable, or names an unknown id.
        SpecError: there is no such collection, or it is empty.
        ReviewedGradesStand: its gold labels would overrule grades that people gave here.
    """
    collections = QueryCollection.objects.filter(workspace=workspace)
    known = collections.filter(name=spec.name).first()
    if known or spec.path:
        _check_versions(known or QueryCollection(name=spec.name), spec)
    if known:
        known = collection_as_of(known, version=spec.version, gold_version=spec.gold_version)
    rows = queries_read(Source.at(Path(spec.path))) if spec.path else None
    if rows is not None:
        query_ids = query_ids_of(spec.name, rows)
    elif known is None:
        raise unknown("queries.name", "query collection", spec.name, [c.name for c in collections[:10]])
    elif not known.n_queries:
        raise problem("queries.name", f'"{known.name}" has no queries yet; import some first')
    else:
        query_ids = query_ids_stored(known)
    gold = gold_read(Source.at(Path(spec.qrels)), query_ids, doc_ids) if spec.qrels else None
    if known and gold:
        overruling_check(known, gold)
    return CheckedQueries(workspace, spec, known, rows, query_ids, gold)


def _check_versions(collection: QueryCollection, spec: QueriesSpec) -> None:
    """Refuse versions that a collection does not have."""
    counters = {
        "version": (spec.version, collection.version, "version"),
        "gold_version": (spec.gold_version, collection.gold_version, "version of its gold labels"),
    }
    for field, (asked, newest, noun) in counters.items():
        if asked is not None and asked > newest:
            there = f'"{collection.name}" has no {noun} {asked}; the newest is {newest}'
            raise problem(f"queries.{field}", there)
