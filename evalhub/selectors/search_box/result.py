"""What a search found, or how far it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evalhub.core.digest import text_digest
from evalhub.core.terms import query_terms
from evalhub.models import GoldLabel, Judgment, Search, SearchHit, Workspace
from evalhub.selectors.panel_members import Grader
from evalhub.selectors.query_view.hits import (
    Grade,
    ListedHit,
    Record,
    hit_records,
    places_elsewhere,
    shown_texts,
    with_beginnings,
)
from evalhub.selectors.search_box.labels import search_labels

OPEN = (Search.State.WAITING, Search.State.RUNNING)
LATE_AFTER = timedelta(seconds=8)
MOST_JUDGMENTS = 500


@dataclass(frozen=True, slots=True)
class LabelledHit:
    """A hit as a card shows it, with what a person said of it here."""

    listed: ListedHit
    label: GoldLabel | None


@dataclass(frozen=True, slots=True)
class SearchList:
    """A system's answer, or how far it is; `is_late` says that no worker has taken it for a while."""

    search: Search
    letter: str
    hits: Sequence[LabelledHit]
    is_late: bool

    @property
    def is_open(self) -> bool:
        """Whether it may change by itself."""
        return self.search.state in OPEN


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One text asked of one or two systems."""

    lists: Sequence[SearchList]

    @property
    def first(self) -> Search:
        """The first system's search; both have its text, snapshot and depth."""
        return self.lists[0].search

    @property
    def is_open(self) -> bool:
        """Whether it may change by itself."""
        return any(found.is_open for found in self.lists)

    @property
    def is_late(self) -> bool:
        """Whether looking more rarely will do."""
        return any(found.is_late for found in self.lists)

    @property
    def stage(self) -> str:
        """Equal as long as there is nothing new to show."""
        return ".".join(
            f"{found.search.state}{found.search.is_loading:d}{found.is_late:d}" for found in self.lists
        )


def search_result(
    workspace: Workspace, search_ids: Sequence[int], *, now: datetime, has_hits: bool = True
) -> SearchResult:
    """The searches of these ids side by side.

    Raises:
        Search.DoesNotExist: there is none of an id, or they are not of one text over one corpus.
    """
    related = ("system__embedding_model", "snapshot__corpus")
    rows = Search.objects.filter(workspace=workspace, pk__in=search_ids).select_related(*related)
    found = {search.pk: search for search in rows}
    searches = [found[key] for key in dict.fromkeys(search_ids) if key in found]
    asked = {(search.snapshot_id, search.text) for search in searches}
    if len(searches) < len(set(search_ids)) or len(asked) != 1:
        raise Search.DoesNotExist(f"no search {', '.join(map(str, search_ids))}")
    hits = _hits(searches) if has_hits else {}
    letters = ("A", "B") if len(searches) > 1 else ("",)
    return SearchResult(
        [
            SearchList(search, letter, hits.get(search.pk, ()), _is_late(search, now))
            for search, letter in zip(searches, letters, strict=True)
        ]
    )


def _is_late(search: Search, now: datetime) -> bool:
    return search.state == Search.State.WAITING and now - search.asked_at > LATE_AFTER


def _hits(searches: Sequence[Search]) -> dict[int, list[LabelledHit]]:
    records = hit_records(SearchHit.objects.filter(search__in=searches), "search")
    texts = shown_texts(records, query_terms(searches[0].text))
    places = places_elsewhere({search.pk: search.system.name for search in searches}, records)
    grades = _judged(searches[0], records)
    labels = search_labels(searches[0], [record["doc_id"] for record in records])
    found: dict[int, list[LabelledHit]] = defaultdict(list)
    for record in records:
        label = labels.get(record["doc_id"])
        listed = ListedHit(
            record,
            texts[record["document_id"]],
            grades[record["digest"]],
            label.grade if label else None,
            places[record["list_id"], record["document_id"]],
        )
        found[record["list_id"]].append(LabelledHit(listed, label))
    return found


def _judged(search: Search, records: Sequence[Record]) -> dict[str, list[Grade]]:
    """What raters have said already of these pairs of texts, by document digest."""
    judgments = Judgment.objects.filter(
        rater_version__workspace=search.workspace_id,
        query_digest=text_digest(search.text, ""),
        document_digest__in={record["digest"] for record in records},
        repeat=0,
    ).exclude(state=Judgment.State.PENDING)
    related = judgments.select_related("rater_version__rater").order_by("rater_version")
    found: dict[str, list[Grade]] = defaultdict(list)
    for judgment in with_beginnings(related)[:MOST_JUDGMENTS]:
        version = judgment.rater_version
        found[judgment.document_digest].append(Grade(Grader(str(version), version), judgment))
    return found
