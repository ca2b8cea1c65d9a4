"""The queries and gold labels a spec names: read and checked first, stored when all else was found good."""

from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max

from evalhub.core.digest import text_digest
from evalhub.formats.source import Source
from evalhub.models import Query, QueryCollection, Workspace
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
        known: the collection as it is, if there is one of this name.
        rows: what replaces its queries, or None to keep them.
        gold: what replaces its gold labels, or None to keep them.
    """

    workspace: Workspace
    name: str
    known: QueryCollection | None
    rows: Rows | None
    query_ids: KnownIds
    gold: GoldFile | None

    @property
    def is_new(self) -> bool:
        """Whether anything is to be stored."""
        return self.rows is not None or self.gold is not None

    @property
    def highest_grade(self) -> int:
        """Of the gold labels the collection will have; 0 without any."""
        if self.gold is not None:
            return max(self.gold.grades.values(), default=0)
        if self.known is None:
            return 0
        labels = self.known.gold_labels.filter(removed_in=None)
        return int(labels.aggregate(grade=Max("grade"))["grade"] or 0)

    @property
    def texts(self) -> dict[str, str]:
        """What will be asked, by the digest of query and need."""
        if self.rows is not None:
            return {text_digest(row.text, row.need): row.text + row.need for row in self.rows.values()}
        current = self.known.queries.filter(removed_in=None) if self.known else Query.objects.none()
        return {digest: text + need for digest, text, need in current.values_list("digest", "text", "need")}

    def store(self) -> QueryCollection:
        """Write what differs; returns the collection as it now is."""
        collection = self.known
        if self.rows is not None:
            collection = queries_store(self.workspace, self.name, self.rows)
        assert collection is not None  # noqa: S101  # checked_queries refuses a spec with neither
        return collection if self.gold is None else gold_file_store(collection, self.gold, AS_EVER)


def checked_queries(workspace: Workspace, spec: QueriesSpec, doc_ids: KnownIds) -> CheckedQueries:
    """The queries of a spec, without writing anything.

    Raises:
        InputError: a file it names is not acceptable, or names an unknown id.
        SpecError: there is no such collection, or it is empty.
        ReviewedGradesStand: its gold labels would overrule grades that people gave here.
    """
    collections = QueryCollection.objects.filter(workspace=workspace)
    known = collections.filter(name=spec.name).first()
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
    return CheckedQueries(workspace, spec.name, known, rows, query_ids, gold)
